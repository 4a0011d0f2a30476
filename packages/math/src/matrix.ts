import type { Vec3 } from './vector.ts'

/** A 3x3 matrix, row-major, for column vectors. */
export type Mat3 = readonly [number, number, number, number, number, number, number, number, number]

/** A 4x4 matrix, row-major, for column vectors; a pose's last row is `0 0 0 1`. */
// prettier-ignore
export type Mat4 = readonly [
  number, number, number, number,
  number, number, number, number,
  number, number, number, number,
  number, number, number, number,
]

/** The product `r v`. */
export function rotateVec(r: Mat3, v: Vec3): Vec3 {
  // prettier-ignore
  return [
    r[0] * v[0] + r[1] * v[1] + r[2] * v[2],
    r[3] * v[0] + r[4] * v[1] + r[5] * v[2],
    r[6] * v[0] + r[7] * v[1] + r[8] * v[2],
  ]
}

/** The transpose; of a rotation, its inverse. */
export function transposeMat3(r: Mat3): Mat3 {
  return [r[0], r[3], r[6], r[1], r[4], r[7], r[2], r[5], r[8]]
}
