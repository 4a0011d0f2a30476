import { quatToMat3 } from '@flashworld/math'
import type { Gaussians } from '../src/gaussians.ts'

type Shape = Pick<Gaussians, 'rotations' | 'scales'>

/** Covariance R diag(s^2) R^T of Gaussian i, nine numbers. */
export function covariance({ rotations, scales }: Shape, i: number): number[] {
  const r = quatToMat3([
    rotations[i * 4]!,
    rotations[i * 4 + 1]!,
    rotations[i * 4 + 2]!,
    rotations[i * 4 + 3]!,
  ])
  return Array.from({ length: 9 }, (_, at) => {
    const [row, column] = [Math.floor(at / 3), at % 3]
    return [0, 1, 2].reduce(
      (sum, k) => sum + r[row * 3 + k]! * r[column * 3 + k]! * scales[i * 3 + k]! ** 2,
      0,
    )
  })
}

/** Largest difference of two clouds' covariances, relative to each one's largest variance. */
export function maxShapeGap(a: Shape, b: Shape): number {
  let largest = 0
  for (let i = 0; i < a.scales.length / 3; i++) {
    const own = covariance(a, i)
    const other = covariance(b, i)
    const variance = Math.max(...a.scales.subarray(i * 3, i * 3 + 3)) ** 2
    own.forEach((value, j) => (largest = Math.max(largest, Math.abs(value - other[j]!) / variance)))
  }
  return largest
}
