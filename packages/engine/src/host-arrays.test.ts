import { expect, test } from 'vitest'
import { relativeError, transpose } from './host-arrays.ts'

test('transpose moves axes as numpy does', () => {
  const golden = { shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 6) }
  expect(transpose(golden, [1, 0])).toEqual({
    shape: [3, 2],
    values: Float32Array.of(1, 4, 2, 5, 3, 6),
  })
  const cube = { shape: [1, 2, 2], values: Float32Array.of(1, 2, 3, 4) }
  expect(transpose(cube, [2, 0, 1])).toEqual({
    shape: [2, 1, 2],
    values: Float32Array.of(1, 3, 2, 4),
  })
})

test('relative error: exact, known, and NaN never passes', () => {
  const b = Float32Array.of(3, 4)
  expect(relativeError(Float32Array.of(3, 4), b)).toBe(0)
  expect(relativeError(Float32Array.of(3, 4.5), b)).toBeCloseTo(0.1)
  expect(relativeError(Float32Array.of(NaN, 4), b)).toBeNaN()
  expect(relativeError(Float32Array.of(3), b)).toBeNaN()
})
