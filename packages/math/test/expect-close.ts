import { expect } from 'vitest'

/** Expects two equally long lists of numbers to agree but for rounding. */
export function expectClose(
  got: readonly number[],
  want: readonly number[],
  tolerance = 1e-12,
): void {
  expect(got).toHaveLength(want.length)
  got.forEach((value, i) => expect(Math.abs(value - want[i]!)).toBeLessThan(tolerance))
}
