import { expect, test } from 'vitest'
import {
  fovOfLens,
  fovOfMillimetres,
  lensFromFov,
  lensFromPixels,
  millimetresOfFov,
} from './lens.ts'

const output = { width: 704, height: 480 }

test('90 degrees along the longer side, with square pixels', () => {
  const wide = lensFromFov(output, 90)
  expect(wide.fx).toBeCloseTo(0.5, 12)
  expect(wide.fx * output.width).toBeCloseTo(wide.fy * output.height, 10)
  const tall = lensFromFov({ width: 480, height: 704 }, 90)
  expect(tall.fy).toBeCloseTo(0.5, 12)
  expect([tall.cx, tall.cy]).toEqual([0.5, 0.5])
})

test('the default lies inside the angles of the embedded model', () => {
  const across = (fx: number) => (2 * Math.atan(0.5 / fx) * 180) / Math.PI
  const landscape = across(lensFromFov({ width: 192, height: 128 }).fx)
  const portrait = across(lensFromFov({ width: 128, height: 192 }).fx)
  expect(landscape).toBeCloseTo(60, 10)
  expect(portrait).toBeGreaterThan(34)
  expect(portrait).toBeLessThan(52)
})

test('pixels become shares of the sides', () => {
  const norm = lensFromPixels({ fx: 352, fy: 480, cx: 352, cy: 120 }, output)
  expect(norm).toEqual({ fx: 0.5, fy: 1, cx: 0.5, cy: 0.25, size: output })
})

test.each([0, 180, NaN])('a field of view of %d degrees is refused', (degrees) => {
  expect(() => lensFromFov(output, degrees)).toThrow('1 to 170 degrees')
})

test.each([
  { width: 704, height: 480 },
  { width: 480, height: 704 },
])('a lens tells its field of view along the longer side of %o', (size) => {
  expect(fovOfLens(lensFromFov(size, 74))).toBeCloseTo(74, 10)
})

test('millimetres are those of 35 mm film', () => {
  // a 50 mm lens sees 39.6 degrees across, an 18 mm lens 90
  expect(fovOfMillimetres(50)).toBeCloseTo(39.6, 1)
  expect(fovOfMillimetres(18)).toBeCloseTo(90, 10)
  for (const degrees of [10, 60, 120]) {
    expect(fovOfMillimetres(millimetresOfFov(degrees))).toBeCloseTo(degrees, 10)
  }
})
