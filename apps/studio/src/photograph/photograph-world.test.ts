import { expect, test } from 'vitest'
import { coarseSize, guessRequest } from './photograph-world.ts'

test('a photograph is guessed at small, in about its own shape', () => {
  expect(coarseSize({ width: 704, height: 480 })).toEqual({ width: 192, height: 128 })
  expect(coarseSize({ width: 480, height: 704 })).toEqual({ width: 128, height: 192 })
  expect(coarseSize({ width: 512, height: 480 })).toEqual({ width: 160, height: 160 })
})

test('the guess is of a few cameras around the subject, the first of which took the photograph', () => {
  const { cameras, resolution, imageIndex } = guessRequest({ width: 704, height: 480 }, 40)
  expect(resolution).toEqual([4, 128, 192])
  expect(imageIndex).toBe(0)
  expect(cameras).toHaveLength(4)
  expect(cameras![0]).toMatchObject({ position: [0, 0, 0], quaternion: [1, 0, 0, 0] })
  // the lens of the frame, along the longer side
  expect(cameras![0]!.fx).toBeCloseTo(96 / Math.tan((20 * Math.PI) / 180), 6)
})
