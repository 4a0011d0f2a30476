import type { Mat3 } from '@flashworld/math'
import type { ShDegree } from './gaussians.ts'
import { shCoefficients } from './gaussians.ts'

/** Y_0: colour = 0.5 + SH_C0 * sh[0] for a Gaussian without higher bands. */
export const SH_C0 = 0.5 / Math.sqrt(Math.PI)

const C1 = Math.sqrt(3 / (4 * Math.PI))
const C2 = [
  Math.sqrt(15 / Math.PI) / 2,
  Math.sqrt(5 / Math.PI) / 4,
  Math.sqrt(15 / Math.PI) / 4,
] as const
const C3 = [
  Math.sqrt(35 / (2 * Math.PI)) / 4,
  Math.sqrt(105 / Math.PI) / 2,
  Math.sqrt(21 / (2 * Math.PI)) / 4,
  Math.sqrt(7 / Math.PI) / 4,
  Math.sqrt(105 / Math.PI) / 4,
] as const

/**
 * The 16 real spherical harmonics of bands 0 to 3 in a unit direction, with the order and signs
 * that 3D Gaussian Splatting uses (odd orders negative). They are orthonormal on the sphere.
 * @example
 * ```ts
 * import { SH_C0, shBasis } from '@flashworld/splats'
 *
 * console.log(shBasis(0, 0, 1)[0] === SH_C0) // true
 * ```
 */
export function shBasis(x: number, y: number, z: number): number[] {
  const xx = x * x
  const yy = y * y
  const zz = z * z
  return [
    SH_C0,
    -C1 * y,
    C1 * z,
    -C1 * x,
    C2[0] * x * y,
    -C2[0] * y * z,
    C2[1] * (2 * zz - xx - yy),
    -C2[0] * x * z,
    C2[2] * (xx - yy),
    -C3[0] * y * (3 * xx - yy),
    C3[1] * x * y * z,
    -C3[2] * y * (4 * zz - xx - yy),
    C3[3] * z * (2 * zz - 3 * xx - 3 * yy),
    -C3[2] * x * (4 * zz - xx - yy),
    C3[4] * z * (xx - yy),
    -C3[0] * x * (xx - 3 * yy),
  ]
}

/** Sparse K x K matrix: the non-zero entries of row k are `starts[k]` to `starts[k + 1]`. */
export interface ShRotation {
  readonly starts: Uint32Array
  readonly columns: Uint32Array
  readonly values: Float64Array
}

/**
 * How coefficients change when the world is moved by an orthogonal matrix M (rotation or mirror):
 * `f'(d) = f(M^T d)`, so `D[i][j] = integral of Y_i(d) Y_j(M^T d)` over the sphere.
 */
export function shRotation(matrix: Mat3, degree: ShDegree): ShRotation {
  const size = shCoefficients(degree)
  const dense = new Float64Array(size * size)
  for (const { direction: d, weight } of SPHERE_POINTS) {
    const here = shBasis(d[0]!, d[1]!, d[2]!)
    const there = shBasis(
      matrix[0]! * d[0]! + matrix[3]! * d[1]! + matrix[6]! * d[2]!,
      matrix[1]! * d[0]! + matrix[4]! * d[1]! + matrix[7]! * d[2]!,
      matrix[2]! * d[0]! + matrix[5]! * d[1]! + matrix[8]! * d[2]!,
    )
    for (let i = 0; i < dense.length; i++) {
      dense[i]! += weight * here[Math.floor(i / size)]! * there[i % size]!
    }
  }
  return sparseRows(dense, size)
}

/** Entries below 1e-12 are rounding: a turn by quarter circles then stays an exact permutation. */
function sparseRows(dense: Float64Array, size: number): ShRotation {
  const starts = new Uint32Array(size + 1)
  const columns: number[] = []
  const values: number[] = []
  dense.forEach((value, i) => {
    if (Math.abs(value) < 1e-12) return
    const unit = Math.abs(Math.abs(value) - 1) < 1e-12
    columns.push(i % size)
    values.push(unit ? Math.sign(value) : value)
    starts[Math.floor(i / size) + 1] = columns.length
  })
  return { starts, columns: Uint32Array.from(columns), values: Float64Array.from(values) }
}

/**
 * Quadrature on the sphere, exact to degree 7 (products of two bands 3 have degree 6):
 * 4 Gauss-Legendre heights times 8 even longitudes.
 */
const SPHERE_POINTS = [-1, 1].flatMap((hemisphere) =>
  [-1, 1].flatMap((ring) => {
    const z = hemisphere * Math.sqrt(3 / 7 + (ring * 2 * Math.sqrt(6 / 5)) / 7)
    const weight = ((18 - ring * Math.sqrt(30)) / 36) * ((2 * Math.PI) / 8)
    const radius = Math.sqrt(1 - z * z)
    return Array.from({ length: 8 }, (_, i) => {
      const angle = (i * Math.PI) / 4
      return { direction: [radius * Math.cos(angle), radius * Math.sin(angle), z], weight }
    })
  }),
)

/** Applies a rotation of coefficients to `[N, K, 3]`; `target` may be `source`. */
export function applyShRotation(
  rotation: ShRotation,
  source: Float32Array,
  target: Float32Array,
): void {
  const { starts, columns, values } = rotation
  const size = starts.length - 1
  if (columns.length === size && columns.every((column, k) => column === k)) {
    return scaleCoefficients(values, source, target)
  }
  const turned = new Float64Array(size * 3)
  for (let at = 0; at < source.length; at += size * 3) {
    for (let k = 0; k < size; k++) {
      let r = 0
      let g = 0
      let b = 0
      for (let e = starts[k]!; e < starts[k + 1]!; e++) {
        const from = at + columns[e]! * 3
        r += values[e]! * source[from]!
        g += values[e]! * source[from + 1]!
        b += values[e]! * source[from + 2]!
      }
      turned[k * 3] = r
      turned[k * 3 + 1] = g
      turned[k * 3 + 2] = b
    }
    for (let j = 0; j < turned.length; j++) target[at + j] = turned[j]!
  }
}

/** Frames that differ by flipped axes only change signs: worth a path of its own, as they are usual. */
function scaleCoefficients(
  factors: Float64Array,
  source: Float32Array,
  target: Float32Array,
): void {
  const perValue = new Float64Array(factors.length * 3)
  perValue.forEach((_, j) => (perValue[j] = factors[Math.floor(j / 3)]!))
  for (let at = 0; at < source.length; at += perValue.length) {
    for (let j = 0; j < perValue.length; j++) target[at + j] = perValue[j]! * source[at + j]!
  }
}
