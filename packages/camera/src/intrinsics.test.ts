import fc from 'fast-check'
import { expect, test } from 'vitest'
import { centerCrop, cropIntrinsics, intrinsicsFromFov, normalizeIntrinsics } from './intrinsics.ts'

const output = { width: 704, height: 480 }

test('an image of the output size is not cut', () => {
  expect(centerCrop(output, output)).toEqual({ x: 0, y: 0, width: 704, height: 480, scale: 1 })
})

test('a tall photograph loses rows, its intrinsics follow', () => {
  // scale = max(480/3000, 704/2000) = 0.352; height kept = int(480/0.352) = 1363; (3000-1363)//2
  const crop = centerCrop({ width: 2000, height: 3000 }, output)
  expect(crop).toEqual({ x: 0, y: 818, width: 2000, height: 1363, scale: 0.352 })
  const px = cropIntrinsics({ fx: 1500, fy: 1500, cx: 1000, cy: 1500 }, crop)
  expect(px.fx).toBeCloseTo(528, 10)
  expect(px.fy).toBeCloseTo(528, 10)
  expect(px.cx).toBeCloseTo(352, 10)
  expect(px.cy).toBeCloseTo((1500 - 818) * 0.352, 10)
})

test('a wide photograph loses columns', () => {
  // scale = 480/900 = 0.5333; width kept = int(704/0.5333) = 1320; (2000-1320)//2
  const crop = centerCrop({ width: 2000, height: 900 }, output)
  expect(crop).toMatchObject({ x: 340, y: 0, width: 1320, height: 900 })
})

test('the crop lies inside the image', () => {
  const side = fc.integer({ min: 16, max: 5000 })
  fc.assert(
    fc.property(side, side, side, side, (width, height, w, h) => {
      fc.pre(Math.max(width / height, height / width) < 8 && Math.max(w / h, h / w) < 2)
      const crop = centerCrop({ width, height }, { width: w, height: h })
      expect(crop.x).toBeGreaterThanOrEqual(0)
      expect(crop.y).toBeGreaterThanOrEqual(0)
      expect(crop.x + crop.width).toBeLessThanOrEqual(width)
      expect(crop.y + crop.height).toBeLessThanOrEqual(height)
    }),
  )
})

test('a thread of pixels is refused', () => {
  expect(() => centerCrop({ width: 1, height: 1000 }, output)).toThrow(
    expect.objectContaining({ code: 'camera/crop' }),
  )
})

test('90 degrees along the longer side, with square pixels', () => {
  const wide = intrinsicsFromFov(output, 90)
  expect(wide.fx).toBeCloseTo(0.5, 12)
  expect(wide.fx * output.width).toBeCloseTo(wide.fy * output.height, 10)
  const tall = intrinsicsFromFov({ width: 480, height: 704 }, 90)
  expect(tall.fy).toBeCloseTo(0.5, 12)
  expect([tall.cx, tall.cy]).toEqual([0.5, 0.5])
})

test('the default lies inside the angles of the embedded model', () => {
  const across = (fx: number) => (2 * Math.atan(0.5 / fx) * 180) / Math.PI
  const landscape = across(intrinsicsFromFov({ width: 192, height: 128 }).fx)
  const portrait = across(intrinsicsFromFov({ width: 128, height: 192 }).fx)
  expect(landscape).toBeCloseTo(60, 10)
  expect(portrait).toBeGreaterThan(34)
  expect(portrait).toBeLessThan(52)
})

test('pixels become shares of the sides', () => {
  const norm = normalizeIntrinsics({ fx: 352, fy: 480, cx: 352, cy: 120 }, output)
  expect(norm).toEqual({ fx: 0.5, fy: 1, cx: 0.5, cy: 0.25 })
})

test.each([0, 180, NaN])('a field of view of %d degrees is refused', (degrees) => {
  expect(() => intrinsicsFromFov(output, degrees)).toThrow('1 to 170 degrees')
})
