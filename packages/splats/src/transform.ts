import type { Mat3, Quat } from '@flashworld/math'
import { mat3ToQuat } from '@flashworld/math'
import type { Axes } from './axes.ts'
import { axesMatrix } from './axes.ts'
import type { Gaussians } from './gaussians.ts'
import { applyShRotation, shRotation } from './rotate-sh.ts'
import { SplatsError } from './splats-error.ts'

/** A movement of the world: `p' = scale * matrix * p + translation`. */
export interface Similarity {
  /** Orthogonal 3 x 3, row by row; determinant 1 (rotation) or -1 (mirror). Default identity. */
  readonly matrix?: Mat3
  /** Factor on positions and scales, > 0. Default 1. */
  readonly scale?: number
  /** World units, added last. Default 0. */
  readonly translation?: readonly [number, number, number]
}

const IDENTITY: Mat3 = [1, 0, 0, 0, 1, 0, 0, 0, 1]

/**
 * The change of frame from `from` to `to`, times a factor on lengths.
 * @example
 * ```ts
 * import { axesChange, transformGaussians } from '@flashworld/splats'
 * import { readScene } from 'flashworld/node'
 *
 * const { gaussians } = await readScene('house.spz')
 * const forBlender = transformGaussians(gaussians, axesChange('RUB', 'RFU'))
 * ```
 */
export function axesChange(from: Axes, to: Axes, scale = 1): Similarity {
  return { matrix: axesMatrix(from, to), scale }
}

/**
 * The cloud moved: centres, scales, rotations and view-dependent colour (all SH bands).
 * A mirror turns each Gaussian into its mirror image; since a covariance is the same for axes v
 * and -v, that image is again a rotation and three scales. Copies, unless `into` is given
 * (it may be `gaussians` itself).
 * @throws {SplatsError} `splats/bad-argument` if the matrix is not orthogonal or scale is not > 0.
 * @example
 * ```ts
 * import { transformGaussians } from '@flashworld/splats'
 * import { readScene } from 'flashworld/node'
 *
 * const { gaussians } = await readScene('house.spz')
 * const twice = transformGaussians(gaussians, { scale: 2, translation: [0, 1, 0] })
 * ```
 */
export function transformGaussians(
  gaussians: Gaussians,
  similarity: Similarity,
  into?: Gaussians,
): Gaussians {
  const { shDegree } = gaussians
  const move = prepareTransform(similarity, shDegree)
  const target = into ?? {
    count: gaussians.count,
    positions: new Float32Array(gaussians.positions.length),
    opacities: new Float32Array(gaussians.opacities.length),
    scales: new Float32Array(gaussians.scales.length),
    rotations: new Float32Array(gaussians.rotations.length),
    sh: new Float32Array(gaussians.sh.length),
    shDegree,
    antialiased: gaussians.antialiased,
  }
  move.positions(gaussians.positions, target.positions)
  move.scales(gaussians.scales, target.scales)
  move.rotations(gaussians.rotations, target.rotations)
  move.sh(gaussians.sh, target.sh)
  if (target !== gaussians) target.opacities.set(gaussians.opacities)
  return target
}

type Move = (source: Float32Array, target: Float32Array) => void

/** A similarity made ready: one function an attribute; target may be source. */
export interface PreparedTransform {
  /** Nothing changes: callers may skip the work. */
  readonly isIdentity: boolean
  readonly positions: Move
  readonly scales: Move
  readonly rotations: Move
  readonly sh: Move
}

/** Checks a similarity and computes once what every Gaussian needs; writers use it by chunks. */
export function prepareTransform(
  similarity: Similarity,
  shDegree: Gaussians['shDegree'],
): PreparedTransform {
  const { matrix = IDENTITY, scale = 1, translation = [0, 0, 0] } = similarity
  const handedness = checkSimilarity(matrix, scale)
  const turn = mat3ToQuat(handedness === 1 ? matrix : mirrored(matrix))
  const coefficients = shRotation(matrix, shDegree)
  return {
    isIdentity:
      scale === 1 &&
      translation.every((value) => value === 0) &&
      matrix.every((value, i) => value === IDENTITY[i]),
    positions: (source, target) => movePoints(source, target, { matrix, scale, translation }),
    scales: (source, target) => {
      for (let i = 0; i < source.length; i++) target[i] = source[i]! * scale
    },
    rotations: (source, target) => turnQuaternions(turn, source, target),
    sh: (source, target) => applyShRotation(coefficients, source, target),
  }
}

/** All entries with the other sign: of an improper rotation, a proper one. */
function mirrored(m: Mat3): Mat3 {
  return [-m[0], -m[1], -m[2], -m[3], -m[4], -m[5], -m[6], -m[7], -m[8]]
}

/** Determinant of a checked matrix: 1, or -1 for a mirror. */
function checkSimilarity(m: Mat3, scale: number): 1 | -1 {
  const fail = (what: string): never => {
    throw new SplatsError('splats/bad-argument', `transformGaussians: expected ${what}`)
  }
  if (!(scale > 0 && isFinite(scale))) fail(`a scale > 0, got ${scale}`)
  if (m.length !== 9) fail(`a 3 x 3 matrix, got ${(m as readonly number[]).length} numbers`)
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      const product =
        m[i * 3]! * m[j * 3]! + m[i * 3 + 1]! * m[j * 3 + 1]! + m[i * 3 + 2]! * m[j * 3 + 2]!
      // 1e-4: matrices from single-precision poses still pass, a shear or a scale does not.
      if (!(Math.abs(product - (i === j ? 1 : 0)) < 1e-4)) fail(`an orthogonal matrix, got [${m}]`)
    }
  }
  const determinant =
    m[0] * (m[4] * m[8] - m[5] * m[7]) -
    m[1] * (m[3] * m[8] - m[5] * m[6]) +
    m[2] * (m[3] * m[7] - m[4] * m[6])
  return determinant > 0 ? 1 : -1
}

function movePoints(
  source: Float32Array,
  target: Float32Array,
  { matrix: m, scale, translation: t }: Required<Similarity>,
): void {
  for (let i = 0; i < source.length; i += 3) {
    const x = source[i]!
    const y = source[i + 1]!
    const z = source[i + 2]!
    target[i] = scale * (m[0] * x + m[1] * y + m[2] * z) + t[0]
    target[i + 1] = scale * (m[3] * x + m[4] * y + m[5] * z) + t[1]
    target[i + 2] = scale * (m[6] * x + m[7] * y + m[8] * z) + t[2]
  }
}

/** Hamilton product turn * q for each q, w first. */
function turnQuaternions([w, x, y, z]: Quat, source: Float32Array, target: Float32Array): void {
  for (let i = 0; i < source.length; i += 4) {
    const qw = source[i]!
    const qx = source[i + 1]!
    const qy = source[i + 2]!
    const qz = source[i + 3]!
    target[i] = w * qw - x * qx - y * qy - z * qz
    target[i + 1] = w * qx + x * qw + y * qz - z * qy
    target[i + 2] = w * qy - x * qz + y * qw + z * qx
    target[i + 3] = w * qz + x * qy - y * qx + z * qw
  }
}
