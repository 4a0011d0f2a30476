import { expect, test } from 'vitest'
import { pictureToI420 } from './i420.ts'

const flat = (r: number, g: number, b: number) => ({
  width: 4,
  height: 2,
  rgba: Uint8ClampedArray.from({ length: 32 }, (_, i) => [r, g, b, 255][i % 4]!),
})

// BT.709 in limited range, rounded: Y = 16 + 219 E'Y, Cb and Cr = 128 + 224 of the scaled differences
test.each([
  [flat(0, 0, 0), [16, 128, 128]],
  [flat(255, 255, 255), [235, 128, 128]],
  [flat(255, 0, 0), [63, 102, 240]],
  [flat(0, 255, 0), [173, 42, 26]],
  [flat(0, 0, 255), [32, 240, 118]],
])('planes of one colour', (picture, [y, cb, cr]) => {
  expect([...pictureToI420(picture)]).toEqual([...Array<number>(8).fill(y!), cb, cb, cr, cr])
})

test('colour is the mean of four pixels, brightness is of each', () => {
  const picture = flat(0, 0, 0)
  picture.rgba.fill(255, 0, 4) // one white pixel, top left
  picture.rgba.set([255, 0, 0], 28) // one red, bottom right
  const planes = pictureToI420(picture)
  expect([...planes.subarray(0, 8)]).toEqual([235, 16, 16, 16, 16, 16, 16, 63])
  expect([...planes.subarray(8)]).toEqual([128, 122, 128, 156])
})
