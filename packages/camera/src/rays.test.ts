import fc from 'fast-check'
import { expect, test } from 'vitest'
import { expectClose } from '../test/expect-close.ts'
import { anyCamera } from '../test/arbitrary.ts'
import { largestDifference, openGoldens } from '../test/golden.ts'
import { unpackCameras } from './camera.ts'
import type { Camera } from './camera.ts'
import { rayCaster, rayDirections, raymaps } from './rays.ts'

const size = { width: 96, height: 64 }

const golden = openGoldens()
const cameras = unpackCameras(golden('cameras.normalized').data, size)
const [, , rows = 0, cols = 0] = golden('raymaps').shape
const grid = { rows, cols }

const straight: Camera = {
  rotation: [1, 0, 0, 0],
  position: [0, 0, 0],
  fx: 1,
  fy: 1,
  cx: 0.5,
  cy: 0.5,
  size,
}

// The goldens were computed in f32 from rounded intermediate values.
const F32_STEPS = 1e-6

test('the published rays', () => {
  const directions = cameras.flatMap((camera) => [...rayDirections(camera, grid)])
  expect(largestDifference(directions, golden('rays.d').data)).toBeLessThan(F32_STEPS)
  const pixels = Array.from({ length: rows * cols })
  const origins = cameras.flatMap((camera) => pixels.flatMap(() => camera.position))
  expect(largestDifference(origins, golden('rays.o').data)).toBe(0)
})

test('the published raymaps', () => {
  expect(largestDifference(raymaps(cameras, grid), golden('raymaps').data)).toBeLessThan(F32_STEPS)
})

test('offsets move a ray by shares of the principal point', () => {
  const cast = rayCaster(straight, { rows: 8, cols: 8 })
  // cx is 4 columns here, cy 4 rows: a quarter of either is one pixel.
  expectClose(cast(2, 3, 0.25, 0.5), cast(4, 4))
})

test('rays are unit vectors, and the middle one looks ahead', () => {
  fc.assert(
    fc.property(anyCamera, (camera) => {
      const d = rayCaster({ ...straight, fx: camera.fx, fy: camera.fy }, { rows: 3, cols: 5 })
      expect(d(1, 2).map((v) => v + 0)).toEqual([0, 0, -1])
      expect(Math.hypot(...d(0, 0))).toBeCloseTo(1, 12)
      expect(d(0, 0)[0]).toBeLessThan(0) // left of the middle
      expect(d(0, 0)[1]).toBeGreaterThan(0) // above it
    }),
  )
})

test('a principal point at the edge is finite', () => {
  const edge = { ...cameras[0]!, cx: 0, cy: 0 }
  expect(rayDirections(edge, grid).every(Number.isFinite)).toBe(true)
})
