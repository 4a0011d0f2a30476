import type { Gaussians, ShDegree } from '../../gaussians.ts'
import { gaussianBounds, shCoefficients } from '../../gaussians.ts'
import { SH_C0 } from '../../rotate-sh.ts'
import { SplatsError } from '../../splats-error.ts'
import { toByte } from '../activations.ts'
import type { Attribute as CloudArray, CloudPass, WriteOptions } from '../format.ts'
import { cloudChunks, noteUnnamedAxes, prepareWrite } from '../format.ts'
import { pacer } from '../pace.ts'
import { glbContainer } from './container.ts'
import { coefficientName, EXTENSION, GLB_AXES, splatting } from './names.ts'

/** One vertex attribute of the points; all are written one after the other. */
interface Attribute {
  readonly name: string
  readonly type: 'SCALAR' | 'VEC3' | 'VEC4'
  /** Bytes rather than floats, standing for 0..1. */
  readonly isColor?: boolean
  readonly needs: readonly CloudArray[]
  /** Values of a chunk in file order. */
  readonly encode: (chunk: Gaussians) => Float32Array | Uint8Array
}

const FLOAT = 5126
const UNSIGNED_BYTE = 5121
const ARRAY_BUFFER = 34962

/**
 * Writes a binary glTF of points with the extension KHR_gaussian_splatting (float attributes,
 * complete SH bands) and a linear 8-bit COLOR_0 for programs that do not know the extension.
 * That a scene is antialiased, glTF cannot say: it stands in the primitive's `extras`.
 * @throws {SplatsError} `splats/bad-argument` for an empty cloud, `splats/too-large` above 4 GiB;
 * the reason of `options.signal`
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises'
 * import { writeGlb } from '@flashworld/splats'
 * import { readScene } from 'flashworld/node'
 *
 * const { gaussians } = await readScene('house.spz')
 * await writeFile('house.glb', writeGlb(gaussians))
 * ```
 */
export async function* writeGlb(
  gaussians: Gaussians,
  options: WriteOptions = {},
): AsyncGenerator<Uint8Array> {
  const axes = options.axes ?? GLB_AXES
  const move = prepareWrite(gaussians, axes, options.scale)
  if (gaussians.count === 0) {
    throw new SplatsError('splats/bad-argument', 'writeGlb: expected Gaussians, got none')
  }
  noteUnnamedAxes('GLB', axes, GLB_AXES, options)
  if (gaussians.antialiased) {
    options.onNote?.('that the scene is antialiased stands in the GLB where only flashworld looks')
  }
  const pass: CloudPass = { gaussians, move, pace: pacer(options.signal) }
  const attributes = glbAttributes(gaussians.shDegree)
  const document = glbDocument(attributes, gaussians, await movedBounds(pass))
  yield glbContainer(document.json, document.byteLength)
  for (const { needs, encode } of attributes) {
    for await (const chunk of cloudChunks(pass, needs)) {
      const values = encode(chunk)
      yield new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    }
  }
}

function glbAttributes(degree: ShDegree): Attribute[] {
  return [
    { name: 'POSITION', type: 'VEC3', needs: ['positions'], encode: (c) => c.positions.slice() },
    { name: 'COLOR_0', type: 'VEC4', isColor: true, needs: ['sh'], encode: fallbackColors },
    { name: splatting('ROTATION'), type: 'VEC4', needs: ['rotations'], encode: quaternionsXyzw },
    { name: splatting('SCALE'), type: 'VEC3', needs: ['scales'], encode: (c) => c.scales.slice() },
    {
      name: splatting('OPACITY'),
      type: 'SCALAR',
      needs: [],
      encode: (c) => c.opacities.slice(),
    },
    ...Array.from({ length: shCoefficients(degree) }, (_, k): Attribute => ({
      name: coefficientName(k),
      type: 'VEC3',
      needs: ['sh'],
      encode: (chunk) => coefficient(chunk, k),
    })),
  ]
}

function quaternionsXyzw({ rotations }: Gaussians): Float32Array {
  const xyzw = new Float32Array(rotations.length)
  for (let i = 0; i < rotations.length; i += 4) {
    for (let j = 0; j < 4; j++) xyzw[i + j] = rotations[i + ((j + 1) & 3)]!
  }
  return xyzw
}

function coefficient({ count, sh, shDegree }: Gaussians, k: number): Float32Array {
  const stride = 3 * shCoefficients(shDegree)
  const values = new Float32Array(count * 3)
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < 3; j++) values[i * 3 + j] = sh[i * stride + k * 3 + j]!
  }
  return values
}

/** Constant colour, from sRGB to linear as glTF wants vertex colours; alpha is the opacity. */
function fallbackColors({ count, sh, shDegree, opacities }: Gaussians): Uint8Array {
  const stride = 3 * shCoefficients(shDegree)
  const bytes = new Uint8Array(count * 4)
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < 3; j++) {
      const srgb = Math.min(1, Math.max(0, 0.5 + SH_C0 * sh[i * stride + j]!))
      const linear = srgb <= 0.04045 ? srgb / 12.92 : ((srgb + 0.055) / 1.055) ** 2.4
      bytes[i * 4 + j] = toByte(linear * 255)
    }
    bytes[i * 4 + 3] = toByte(opacities[i]! * 255)
  }
  return bytes
}

interface Box {
  readonly min: number[]
  readonly max: number[]
}

/** Bounds as the file's single-precision positions have them: glTF wants them exact. */
async function movedBounds(pass: CloudPass): Promise<Box> {
  const box: Box = { min: repeat(Infinity), max: repeat(-Infinity) }
  for await (const chunk of cloudChunks(pass, ['positions'])) {
    const { min, max } = gaussianBounds(chunk) ?? box
    for (let j = 0; j < 3; j++) {
      box.min[j] = Math.min(box.min[j]!, min[j]!)
      box.max[j] = Math.max(box.max[j]!, max[j]!)
    }
  }
  return box
}

function repeat(value: number): number[] {
  return [value, value, value]
}

function glbDocument(
  attributes: readonly Attribute[],
  { count, antialiased }: Gaussians,
  box: Box,
) {
  const widths = { SCALAR: 1, VEC3: 3, VEC4: 4 }
  let byteLength = 0
  const bufferViews = attributes.map(({ type, isColor }) => {
    const view = {
      buffer: 0,
      byteOffset: byteLength,
      byteLength: count * widths[type] * (isColor ? 1 : 4),
      target: ARRAY_BUFFER,
    }
    byteLength += view.byteLength
    return view
  })
  const accessors = attributes.map(({ name, type, isColor }, bufferView) => ({
    bufferView,
    componentType: isColor ? UNSIGNED_BYTE : FLOAT,
    ...(isColor ? { normalized: true } : {}),
    count,
    type,
    ...(name === 'POSITION' ? box : {}),
  }))
  const primitive = {
    mode: 0,
    attributes: Object.fromEntries(attributes.map(({ name }, i) => [name, i])),
    extensions: {
      [EXTENSION]: { kernel: 'ellipse', colorSpace: 'srgb_rec709_display' },
    },
    ...(antialiased ? { extras: { antialiased } } : {}),
  }
  const json = {
    asset: { version: '2.0', generator: 'flashworld' },
    extensionsUsed: [EXTENSION],
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ mesh: 0 }],
    meshes: [{ primitives: [primitive] }],
    accessors,
    bufferViews,
    buffers: [{ byteLength }],
  }
  return { json, byteLength }
}
