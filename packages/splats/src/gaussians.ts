import { SplatsError } from './splats-error.ts'

/** Highest band of spherical harmonics stored per Gaussian. */
export type ShDegree = 0 | 1 | 2 | 3

/**
 * A cloud of N Gaussians, one array per attribute, all values linear.
 *
 * The frame is RUB (x right, y up, z back: three.js, OpenGL; the first camera looks along -z).
 * A function that hands out another frame says so in its name or options.
 */
export interface Gaussians {
  /** N. */
  readonly count: number
  /** Centres, `[N, 3]`, world units. */
  readonly positions: Float32Array
  /** Opacities, `[N]`, 0 to 1 (files often store the logit: not here). */
  readonly opacities: Float32Array
  /** Standard deviations along the Gaussian's own axes, `[N, 3]`, world units (not logarithms). */
  readonly scales: Float32Array
  /** Unit quaternions from own axes to the world, `[N, 4]`, order w, x, y, z. */
  readonly rotations: Float32Array
  /**
   * Spherical harmonics `[N, K, 3]`, K = (shDegree + 1)^2: coefficient-major, rgb fastest.
   * Colour = 0.5 + sum over k of `sh[k] * Y_k(direction from the camera)`.
   */
  readonly sh: Float32Array
  /** Highest band in `sh`. */
  readonly shDegree: ShDegree
  /**
   * Trained for antialiased drawing (mip splatting): a viewer that widens a small Gaussian to a
   * pixel makes it fainter by as much. Undefined or false: the classic rasterizer.
   */
  readonly antialiased?: boolean
}

/**
 * Coefficients per colour channel, the constant one included: (degree + 1)^2.
 * @example
 * ```ts
 * import { shCoefficients } from '@flashworld/splats'
 *
 * console.log(shCoefficients(2)) // 9
 * ```
 */
export function shCoefficients(degree: ShDegree): number {
  return (degree + 1) ** 2
}

/**
 * Zero-filled cloud of `count` Gaussians.
 * @throws {SplatsError} `splats/bad-argument` if `count` is not a whole number >= 0.
 * @example
 * ```ts
 * import { allocateGaussians } from '@flashworld/splats'
 *
 * const cloud = allocateGaussians(1, 0)
 * cloud.positions.set([0, 0, -1])
 * cloud.scales.fill(0.1)
 * cloud.rotations.set([1, 0, 0, 0])
 * cloud.opacities.fill(1)
 * ```
 */
export function allocateGaussians(count: number, shDegree: ShDegree): Gaussians {
  if (!Number.isSafeInteger(count) || count < 0) {
    throw new SplatsError(
      'splats/bad-argument',
      `allocateGaussians: expected a whole count >= 0, got ${count}`,
    )
  }
  return {
    count,
    positions: new Float32Array(count * 3),
    opacities: new Float32Array(count),
    scales: new Float32Array(count * 3),
    rotations: new Float32Array(count * 4),
    sh: new Float32Array(count * 3 * shCoefficients(shDegree)),
    shDegree,
  }
}

/**
 * Floats per Gaussian of each array.
 * @example
 * ```ts
 * import { floatsPerGaussian } from '@flashworld/splats'
 *
 * console.log(floatsPerGaussian(2).sh) // 27
 * ```
 */
export function floatsPerGaussian(degree: ShDegree) {
  const sh = 3 * shCoefficients(degree)
  return { positions: 3, opacities: 1, scales: 3, rotations: 4, sh } as const
}

/**
 * Refuses a cloud whose arrays disagree with its count.
 * @throws {SplatsError} `splats/bad-argument`
 * @example
 * ```ts
 * import { allocateGaussians, checkGaussians } from '@flashworld/splats'
 *
 * checkGaussians('my program', allocateGaussians(10, 2))
 * ```
 */
export function checkGaussians(op: string, gaussians: Gaussians): void {
  const { count, shDegree } = gaussians
  for (const [name, width] of Object.entries(floatsPerGaussian(shDegree))) {
    const { length } = gaussians[name as keyof ReturnType<typeof floatsPerGaussian>]
    if (length !== count * width) {
      throw new SplatsError(
        'splats/bad-argument',
        `${op}: expected ${name} [${count}, ${width}], got ${length} floats`,
      )
    }
  }
}

/** Degree of the harmonics in the model's layout. */
export const PACKED_DEGREE = 2
const PACKED_SH = 11
/** Floats per Gaussian in the model's output: xyz, opacity, scale 3, rotation wxyz, SH 27. */
export const PACKED_FLOATS = 38

/** Where each attribute stands in a packed Gaussian: its first float and the one after its last. */
export const PACKED_COLUMNS = {
  positions: [0, 3],
  opacities: [3, 4],
  scales: [4, 7],
  rotations: [7, 11],
  sh: [PACKED_SH, PACKED_FLOATS],
} as const

/**
 * Cloud from the model's output `[N, 38]`: xyz, opacity, scale 3, rotation wxyz, SH 27
 * (coefficient-major rgb). Copies.
 * @throws {SplatsError} `splats/bad-argument` if the length is not a multiple of 38.
 * @example
 * ```ts
 * import { fromPacked, PACKED_FLOATS } from '@flashworld/splats'
 *
 * console.log(fromPacked(new Float32Array(10 * PACKED_FLOATS)).count) // 10
 * ```
 */
export function fromPacked(packed: Float32Array): Gaussians {
  if (packed.length % PACKED_FLOATS !== 0) {
    throw new SplatsError(
      'splats/bad-argument',
      `fromPacked: expected [N, ${PACKED_FLOATS}] floats, got ${packed.length}`,
    )
  }
  const gaussians = allocateGaussians(packed.length / PACKED_FLOATS, PACKED_DEGREE)
  const { count, positions, opacities, scales, rotations, sh } = gaussians
  for (let i = 0; i < count; i++) {
    const at = i * PACKED_FLOATS
    for (let j = 0; j < 3; j++) positions[i * 3 + j] = packed[at + j]!
    opacities[i] = packed[at + 3]!
    for (let j = 0; j < 3; j++) scales[i * 3 + j] = packed[at + 4 + j]!
    for (let j = 0; j < 4; j++) rotations[i * 4 + j] = packed[at + 7 + j]!
    for (let j = 0; j < 27; j++) sh[i * 27 + j] = packed[at + PACKED_SH + j]!
  }
  return gaussians
}

/**
 * The model's layout `[N, 38]` from a cloud; the inverse of {@link fromPacked}.
 * @throws {SplatsError} `splats/bad-argument` if the cloud's SH degree is not 2.
 * @example
 * ```ts
 * import { allocateGaussians, PACKED_FLOATS, toPacked } from '@flashworld/splats'
 *
 * console.log(toPacked(allocateGaussians(10, 2)).length === 10 * PACKED_FLOATS) // true
 * ```
 */
export function toPacked(gaussians: Gaussians): Float32Array {
  if (gaussians.shDegree !== PACKED_DEGREE) {
    throw new SplatsError(
      'splats/bad-argument',
      `toPacked: expected SH degree ${PACKED_DEGREE}, got ${gaussians.shDegree}`,
    )
  }
  const { count, positions, opacities, scales, rotations, sh } = gaussians
  const packed = new Float32Array(count * PACKED_FLOATS)
  for (let i = 0; i < count; i++) {
    const at = i * PACKED_FLOATS
    for (let j = 0; j < 3; j++) packed[at + j] = positions[i * 3 + j]!
    packed[at + 3] = opacities[i]!
    for (let j = 0; j < 3; j++) packed[at + 4 + j] = scales[i * 3 + j]!
    for (let j = 0; j < 4; j++) packed[at + 7 + j] = rotations[i * 4 + j]!
    for (let j = 0; j < 27; j++) packed[at + PACKED_SH + j] = sh[i * 27 + j]!
  }
  return packed
}

/**
 * Gaussians `start` to `end` (excluded) as views on the same memory.
 * @example
 * ```ts
 * import { allocateGaussians, sliceGaussians } from '@flashworld/splats'
 *
 * console.log(sliceGaussians(allocateGaussians(10, 2), 2, 5).count) // 3
 * ```
 */
export function sliceGaussians(gaussians: Gaussians, start: number, end: number): Gaussians {
  const shFloats = 3 * shCoefficients(gaussians.shDegree)
  return {
    count: end - start,
    positions: gaussians.positions.subarray(start * 3, end * 3),
    opacities: gaussians.opacities.subarray(start, end),
    scales: gaussians.scales.subarray(start * 3, end * 3),
    rotations: gaussians.rotations.subarray(start * 4, end * 4),
    sh: gaussians.sh.subarray(start * shFloats, end * shFloats),
    shDegree: gaussians.shDegree,
    antialiased: gaussians.antialiased,
  }
}

/**
 * The Gaussians at `indices`, in that order. Copies.
 * @example
 * ```ts
 * import { allocateGaussians, subsetGaussians } from '@flashworld/splats'
 *
 * console.log(subsetGaussians(allocateGaussians(10, 2), [7, 1]).count) // 2
 * ```
 */
export function subsetGaussians(gaussians: Gaussians, indices: ArrayLike<number>): Gaussians {
  const shFloats = 3 * shCoefficients(gaussians.shDegree)
  return {
    count: indices.length,
    positions: gatherRows(gaussians.positions, 3, indices),
    opacities: gatherRows(gaussians.opacities, 1, indices),
    scales: gatherRows(gaussians.scales, 3, indices),
    rotations: gatherRows(gaussians.rotations, 4, indices),
    sh: gatherRows(gaussians.sh, shFloats, indices),
    shDegree: gaussians.shDegree,
    antialiased: gaussians.antialiased,
  }
}

function gatherRows(source: Float32Array, width: number, rows: ArrayLike<number>): Float32Array {
  const target = new Float32Array(rows.length * width)
  for (let i = 0; i < rows.length; i++) {
    const from = rows[i]! * width
    for (let j = 0; j < width; j++) target[i * width + j] = source[from + j]!
  }
  return target
}

/**
 * One cloud from several, in order; antialiased if all of them are. Copies.
 * @throws {SplatsError} `splats/bad-argument` if SH degrees differ or `clouds` is empty.
 * @example
 * ```ts
 * import { concatGaussians, transformGaussians } from '@flashworld/splats'
 * import { readScene } from 'flashworld/node'
 *
 * const { gaussians } = await readScene('house.spz')
 * const two = concatGaussians([gaussians, transformGaussians(gaussians, { translation: [2, 0, 0] })])
 * ```
 */
export function concatGaussians(clouds: readonly Gaussians[]): Gaussians {
  const degrees = new Set(clouds.map((cloud) => cloud.shDegree))
  if (degrees.size !== 1) {
    throw new SplatsError(
      'splats/bad-argument',
      `concatGaussians: expected clouds of one SH degree, got [${[...degrees].join(', ')}]`,
    )
  }
  const count = clouds.reduce((sum, cloud) => sum + cloud.count, 0)
  const joined = {
    ...allocateGaussians(count, clouds[0]!.shDegree),
    antialiased: clouds.every((cloud) => cloud.antialiased) ? true : undefined,
  }
  let at = 0
  for (const cloud of clouds) {
    const part = sliceGaussians(joined, at, at + cloud.count)
    part.positions.set(cloud.positions)
    part.opacities.set(cloud.opacities)
    part.scales.set(cloud.scales)
    part.rotations.set(cloud.rotations)
    part.sh.set(cloud.sh)
    at += cloud.count
  }
  return joined
}

/**
 * The cloud with harmonics up to another degree: bands left out, or of zeros. Copies them.
 * @example
 * ```ts
 * import { withShDegree } from '@flashworld/splats'
 * import { readScene } from 'flashworld/node'
 *
 * const { gaussians } = await readScene('house.spz')
 * const flat = withShDegree(gaussians, 0)
 * ```
 */
export function withShDegree(gaussians: Gaussians, degree: ShDegree): Gaussians {
  if (degree === gaussians.shDegree) return gaussians
  const { count, shDegree } = gaussians
  const [from, to] = [3 * shCoefficients(shDegree), 3 * shCoefficients(degree)]
  const sh = new Float32Array(count * to)
  const kept = Math.min(from, to)
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < kept; j++) sh[i * to + j] = gaussians.sh[i * from + j]!
  }
  return { ...gaussians, sh, shDegree: degree }
}

/** Axis-aligned box, world units. */
export interface Bounds {
  readonly min: readonly [number, number, number]
  readonly max: readonly [number, number, number]
}

/**
 * Box around the finite centres (extents of the Gaussians left out); undefined if there are none.
 * @example
 * ```ts
 * import { gaussianBounds } from '@flashworld/splats'
 * import { readScene } from 'flashworld/node'
 *
 * const { gaussians } = await readScene('house.spz')
 * console.log(gaussianBounds(gaussians))
 * ```
 */
export function gaussianBounds(gaussians: Gaussians): Bounds | undefined {
  const { positions, count } = gaussians
  const min: [number, number, number] = [Infinity, Infinity, Infinity]
  const max: [number, number, number] = [-Infinity, -Infinity, -Infinity]
  for (let i = 0; i < count * 3; i += 3) {
    if (!Number.isFinite(positions[i]! + positions[i + 1]! + positions[i + 2]!)) continue
    for (let j = 0; j < 3; j++) {
      min[j] = Math.min(min[j]!, positions[i + j]!)
      max[j] = Math.max(max[j]!, positions[i + j]!)
    }
  }
  return min[0] <= max[0] ? { min, max } : undefined
}
