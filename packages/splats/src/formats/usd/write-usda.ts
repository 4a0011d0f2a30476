import type { Axes } from '../../axes.ts'
import type { Gaussians } from '../../gaussians.ts'
import { SplatsError } from '../../splats-error.ts'
import type { Attribute, CloudPass, WriteOptions } from '../format.ts'
import { cloudChunks, noteUnnamedAxes, prepareWrite } from '../format.ts'
import { pacer } from '../pace.ts'

/** A stage with y up, right-handed. */
export const USD_AXES: Axes = 'RUB'

/** True if the bytes begin as a USD text file does. */
export function looksLikeUsda(bytes: Uint8Array): boolean {
  return String.fromCharCode(...bytes.subarray(0, 5)) === '#usda'
}

/**
 * Writes OpenUSD text: a stage with one ParticleField3DGaussianSplat (OpenUSD 26.03), y up, one unit
 * a metre. Scales and opacities are linear there, rotations w first, harmonics coefficient by
 * coefficient.
 * @throws {SplatsError} `splats/bad-argument` for an empty cloud; the reason of `options.signal`
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises'
 * import { writeUsda } from '@flashworld/splats'
 * import { readScene } from 'flashworld/node'
 *
 * const { gaussians } = await readScene('house.spz')
 * await writeFile('house.usda', writeUsda(gaussians))
 * ```
 */
export async function* writeUsda(
  gaussians: Gaussians,
  options: WriteOptions = {},
): AsyncGenerator<Uint8Array> {
  const axes = options.axes ?? USD_AXES
  const move = prepareWrite(gaussians, axes, options.scale)
  if (gaussians.count === 0) {
    throw new SplatsError('splats/bad-argument', 'writeUsda: expected Gaussians, got none')
  }
  noteUnnamedAxes('USD', axes, USD_AXES, options)
  if (gaussians.antialiased) options.onNote?.('USD cannot say that a scene is antialiased')
  yield* usdaChunks({ gaussians, move, pace: pacer(options.signal) })
}

/** The text of a checked cloud, the same every time. */
export async function* usdaChunks(pass: CloudPass): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  const { min, max } = await extent(pass)
  yield encoder.encode(
    HEAD + `        float3[] extent = [${tuple(min, 0, 3)}, ${tuple(max, 0, 3)}]\n`,
  )
  for (const { declaration, needs, width, values } of ARRAYS) {
    yield encoder.encode(`        ${declaration} = [`)
    let isFirst = true
    for await (const chunk of cloudChunks(pass, needs)) {
      const text = rows(values(chunk), width).join(', ')
      yield encoder.encode(isFirst ? text : `, ${text}`)
      isFirst = false
    }
    yield encoder.encode(']\n')
  }
  yield encoder.encode(tail(pass.gaussians.shDegree))
}

const HEAD = `#usda 1.0
(
    defaultPrim = "Scene"
    doc = "Written by flashworld"
    metersPerUnit = 1
    upAxis = "Y"
)

def Xform "Scene" (
    kind = "component"
)
{
    def ParticleField3DGaussianSplat "Gaussians"
    {
`

function tail(degree: number): string {
  return `        uniform int radiance:sphericalHarmonicsDegree = ${degree}
        uniform token projectionModeHint = "perspective"
        uniform token sortingModeHint = "zDepth"
    }
}
`
}

interface UsdArray {
  readonly declaration: string
  /** Numbers of one element. */
  readonly width: number
  readonly needs: readonly Attribute[]
  readonly values: (chunk: Gaussians) => Float32Array
}

const ARRAYS: readonly UsdArray[] = [
  {
    declaration: 'point3f[] positions',
    width: 3,
    needs: ['positions'],
    values: (chunk) => chunk.positions,
  },
  {
    declaration: 'quatf[] orientations',
    width: 4,
    needs: ['rotations'],
    values: (chunk) => chunk.rotations,
  },
  { declaration: 'float3[] scales', width: 3, needs: ['scales'], values: (chunk) => chunk.scales },
  { declaration: 'float[] opacities', width: 1, needs: [], values: (chunk) => chunk.opacities },
  {
    declaration: 'float3[] radiance:sphericalHarmonicsCoefficients',
    width: 3,
    needs: ['sh'],
    values: (chunk) => chunk.sh,
  },
]

function rows(values: Float32Array, width: number): string[] {
  return Array.from({ length: values.length / width }, (_, i) =>
    width === 1 ? number(values[i]!) : tuple(values, i * width, width),
  )
}

function tuple(values: ArrayLike<number>, at: number, width: number): string {
  return `(${Array.from({ length: width }, (_, j) => number(values[at + j]!)).join(', ')})`
}

/** The shortest decimal that is this single-precision number again. */
function number(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return String(short)
  }
  return String(Number(value.toPrecision(9)))
}

/** Box around all Gaussians, three standard deviations each way. */
async function extent(pass: CloudPass) {
  const min = [Infinity, Infinity, Infinity]
  const max = [-Infinity, -Infinity, -Infinity]
  for await (const { count, positions, scales } of cloudChunks(pass, ['positions', 'scales'])) {
    for (let i = 0; i < count; i++) {
      const reach = 3 * Math.max(scales[i * 3]!, scales[i * 3 + 1]!, scales[i * 3 + 2]!)
      for (let j = 0; j < 3; j++) {
        min[j] = Math.min(min[j]!, positions[i * 3 + j]! - reach)
        max[j] = Math.max(max[j]!, positions[i * 3 + j]! + reach)
      }
    }
  }
  return { min: min.map(Math.fround), max: max.map(Math.fround) }
}
