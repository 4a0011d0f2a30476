import type { Axes } from '../../axes.ts'
import type { Gaussians } from '../../gaussians.ts'
import { shCoefficients } from '../../gaussians.ts'
import { logScale, opacityLogit } from '../activations.ts'
import type { WriteOptions } from '../format.ts'
import { cloudChunks, prepareWrite } from '../format.ts'
import { pacer } from '../pace.ts'
import { plyComments } from './comments.ts'

/** Frame of PLY files that do not name one: OpenCV, by the habit of 3DGS. */
export const PLY_AXES: Axes = 'RDF'

/** What PLY knows besides. */
export interface PlyWriteOptions extends WriteOptions {
  /** Pads spherical harmonics to degree 3 (62 floats a row): some importers know no other row. */
  readonly compat?: boolean
}

/**
 * Writes the PLY of 3D Gaussian Splatting: x y z, normals (0), f_dc, f_rest (channel-major),
 * opacity (logit), scale (natural logarithm), rot (w x y z), all float32 little endian. A comment
 * names the frame (the default is RDF), another the rasterizer.
 * @throws {SplatsError} `splats/bad-argument`
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises'
 * import { writePly } from '@flashworld/splats'
 * import { readScene } from 'flashworld/node'
 *
 * const { gaussians } = await readScene('house.spz')
 * await writeFile('upright.ply', writePly(gaussians, { axes: 'RUB' }))
 * ```
 */
export async function* writePly(
  gaussians: Gaussians,
  options: PlyWriteOptions = {},
): AsyncGenerator<Uint8Array> {
  const axes = options.axes ?? PLY_AXES
  const move = prepareWrite(gaussians, axes, options.scale)
  const coefficients = options.compat ? 16 : shCoefficients(gaussians.shDegree)
  const names = propertyNames(coefficients)
  yield new TextEncoder().encode(header(names, gaussians, axes))
  for await (const chunk of cloudChunks({ gaussians, move, pace: pacer(options.signal) })) {
    yield encodeRows(chunk, coefficients, names.length)
  }
}

function propertyNames(coefficients: number): string[] {
  const indexed = (prefix: string, n: number) => Array.from({ length: n }, (_, i) => prefix + i)
  return [
    ...['x', 'y', 'z', 'nx', 'ny', 'nz'],
    ...indexed('f_dc_', 3),
    ...indexed('f_rest_', 3 * (coefficients - 1)),
    'opacity',
    ...indexed('scale_', 3),
    ...indexed('rot_', 4),
  ]
}

function header(names: string[], { count, antialiased }: Gaussians, axes: Axes): string {
  return [
    'ply',
    'format binary_little_endian 1.0',
    ...plyComments(axes, antialiased),
    `element vertex ${count}`,
    ...names.map((name) => `property float ${name}`),
    'end_header\n',
  ].join('\n')
}

function encodeRows(chunk: Gaussians, coefficients: number, width: number): Uint8Array {
  const { count, positions, opacities, scales, rotations, sh } = chunk
  const stored = shCoefficients(chunk.shDegree)
  const rows = new Float32Array(count * width)
  const tail = 6 + 3 * coefficients
  for (let i = 0, at = 0; i < count; i++, at += width) {
    for (let j = 0; j < 3; j++) rows[at + j] = positions[i * 3 + j]!
    for (let k = 0; k < stored; k++) {
      const from = (i * stored + k) * 3
      const to = k === 0 ? at + 6 : at + 8 + k
      const channel = k === 0 ? 1 : coefficients - 1
      rows[to] = sh[from]!
      rows[to + channel] = sh[from + 1]!
      rows[to + 2 * channel] = sh[from + 2]!
    }
    rows[at + tail] = opacityLogit(opacities[i]!)
    for (let j = 0; j < 3; j++) rows[at + tail + 1 + j] = logScale(scales[i * 3 + j]!)
    for (let j = 0; j < 4; j++) rows[at + tail + 4 + j] = rotations[i * 4 + j]!
  }
  return new Uint8Array(rows.buffer)
}
