import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Intrinsics } from './lens.ts'
import { lensFromPixels, lensInPixels } from './lens.ts'
import { centerCrop, cropCamera, reframe } from './reframe.ts'

const output = { width: 704, height: 480 }

test('an image of the output size is not cut', () => {
  expect(centerCrop(output, output)).toEqual({ x: 0, y: 0, width: 704, height: 480, scale: 1 })
})

test('a tall photograph loses rows, its intrinsics follow', () => {
  const image = { width: 2000, height: 3000 }
  // scale = max(480/3000, 704/2000) = 0.352; height kept = int(480/0.352) = 1363; (3000-1363)//2
  const crop = centerCrop(image, output)
  expect(crop).toEqual({ x: 0, y: 818, width: 2000, height: 1363, scale: 0.352 })
  const lens = lensFromPixels({ fx: 1500, fy: 1500, cx: 1000, cy: 1500 }, image)
  const px = lensInPixels(cropCamera(lens, crop, output))
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

const camera = {
  rotation: [1, 0, 0, 0],
  position: [1, 2, 3],
  fx: 0.8,
  fy: 1.2,
  cx: 0.4,
  cy: 0.6,
  size: { width: 60, height: 40 },
} as const

test('a picture of the same shape shows the same', () => {
  const size = { width: 240, height: 160 }
  expect(reframe(camera, size)).toEqual({ ...camera, size })
})

test.each([[{ width: 90, height: 40 }], [{ width: 60, height: 60 }]])(
  'another shape shows the middle, with square pixels: %j',
  (to) => {
    const cut = reframe(camera, to)
    expect(cut.size).toEqual(to)
    expect(cut).toMatchObject({ rotation: camera.rotation, position: camera.position })
    expect(cut.fx * to.width).toBeCloseTo(cut.fy * to.height, 10)
    // slopes of what is seen at the four sides: none beyond those of the old picture, two of them the same
    const sides = ({ fx, fy, cx, cy }: Intrinsics) => [
      -cx / fx,
      (1 - cx) / fx,
      -cy / fy,
      (1 - cy) / fy,
    ]
    const [before, after] = [sides(camera), sides(cut)]
    const kept = after.filter((slope, i) => Math.abs(slope - before[i]!) < 1e-12)
    expect(kept).toHaveLength(2)
    after.forEach((slope, i) =>
      expect(Math.abs(slope)).toBeLessThanOrEqual(Math.abs(before[i]!) + 1e-12),
    )
  },
)

test('a size that is none is refused', () => {
  expect(() => reframe(camera, { width: 0, height: 40 })).toThrow('whole pixels')
})
