import { expect } from 'vitest'
import { largestDifference } from './golden.ts'

/** Expects two equally long lists of f64 values to agree but for rounding. */
export function expectClose(
  got: ArrayLike<number>,
  want: ArrayLike<number>,
  tolerance = 1e-12,
): void {
  expect(largestDifference(got, want)).toBeLessThan(tolerance)
}
