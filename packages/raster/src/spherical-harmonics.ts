import type { Vec3 } from '@flashworld/math'

export const shCoefficients = 9

/** The real spherical harmonics up to degree 2 in a unit direction, in the order of the coefficients. */
export const shBasis = ([x, y, z]: Vec3): number[] => [
  0.28209479177387814,
  -0.4886025119029199 * y,
  0.4886025119029199 * z,
  -0.4886025119029199 * x,
  1.0925484305920792 * x * y,
  -1.0925484305920792 * y * z,
  0.31539156525252005 * (3 * z * z - 1),
  -1.0925484305920792 * x * z,
  0.5462742152960396 * (x * x - y * y),
]
