import sharp from 'sharp'
import { expect, test } from 'vitest'
import type { Picture } from '../events.ts'
import { encodeAnimation } from './animation.ts'
import { encodeDepthPng } from './depth-png.ts'

const flat = (r: number, g: number, b: number): Picture => ({
  width: 40,
  height: 20,
  rgba: Uint8ClampedArray.from({ length: 40 * 20 * 4 }, (_, i) => [r, g, b, 255][i % 4]!),
})

test('an animation shows its pictures, each as long as the rate says, without end', async () => {
  const bytes = await encodeAnimation([flat(255, 0, 0), flat(0, 0, 255), flat(0, 255, 0)], 8)
  const image = sharp(bytes, { animated: true })
  expect(await image.metadata()).toMatchObject({
    pages: 3,
    width: 40,
    pageHeight: 20,
    loop: 0,
    delay: [125, 125, 125],
  })
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true })
  const pixel = (page: number) => [
    ...data.subarray((page * 20 * 40 + 410) * info.channels).subarray(0, 3),
  ]
  // lossy
  ;[
    [255, 0, 0],
    [0, 0, 255],
    [0, 255, 0],
  ].forEach((colour, page) => {
    colour.forEach((value, c) => expect(Math.abs(pixel(page)[c]! - value)).toBeLessThan(6))
  })
})

test('an animation of nothing is refused', async () => {
  await expect(encodeAnimation([], 8)).rejects.toThrow('at least one')
})

test('a depth map keeps 16 bits and names its scale', async () => {
  const depth = Float32Array.of(0, 0.5, 1.2345, 65.535, 80, 1000)
  const png = await encodeDepthPng({ width: 3, height: 2, depth }, 1000)
  expect(Buffer.from(png).toString('latin1')).toContain('tEXtdepth-scale\u00001000')
  const read = sharp(png)
  expect(await read.metadata()).toMatchObject({ depth: 'ushort', channels: 1 })
  const { data } = await read
    .toColourspace('grey16')
    .raw({ depth: 'ushort' })
    .toBuffer({ resolveWithObject: true })
  const values = new Uint16Array(data.buffer, data.byteOffset, data.length / 2)
  expect([...values]).toEqual([0, 500, 1235, 65_535, 65_535, 65_535])
})
