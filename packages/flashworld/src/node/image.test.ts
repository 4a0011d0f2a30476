import { readFile } from 'node:fs/promises'
import { centerCrop } from '@flashworld/camera'
import type { Sharp } from 'sharp'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { nodeImages } from './image.ts'

const [red, green, blue, white] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [255, 255, 255],
] as const
type Colour = readonly [number, number, number]

/** A picture by a rule. */
function drawn(width: number, height: number, colour: (x: number, y: number) => Colour): Sharp {
  const rgb = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3)
    return colour(pixel % width, Math.floor(pixel / width))[i % 3]!
  })
  return sharp(rgb, { raw: { width, height, channels: 3 } })
}

/** Red and green above blue and white. */
const quarters = (width: number, height: number) =>
  drawn(width, height, (x, y) =>
    y < height / 2 ? (x < width / 2 ? red : green) : x < width / 2 ? blue : white,
  )

/** The colour at shares of the sides. */
const colourAt = (rgb: Uint8Array, width: number, x: number, y: number) => [
  ...rgb.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
]

const whole = ({ width, height }: { width: number; height: number }) => ({
  x: 0,
  y: 0,
  width,
  height,
  scale: 1,
})

describe('EXIF orientations: the picture stands upright, its size too', () => {
  // the colours from left to right and down, of what the camera wrote as red green / blue white
  test.each([
    [1, [red, green, blue, white]],
    [2, [green, red, white, blue]],
    [3, [white, blue, green, red]],
    [4, [blue, white, red, green]],
    [5, [red, blue, green, white]],
    [6, [blue, red, white, green]],
    [7, [white, green, blue, red]],
    [8, [green, white, red, blue]],
  ])('%i', async (orientation, expected) => {
    const bytes = await quarters(64, 32).withMetadata({ orientation }).png().toBuffer()
    const photograph = await nodeImages.open(bytes)
    const turned = orientation >= 5
    expect([photograph.width, photograph.height]).toEqual(turned ? [32, 64] : [64, 32])
    expect(photograph.warnings).toEqual([])
    const rgb = await photograph.resized(whole(photograph), photograph)
    const [w, h] = [photograph.width, photograph.height]
    const seen = [
      [0.25, 0.25],
      [0.75, 0.25],
      [0.25, 0.75],
      [0.75, 0.75],
    ].map(([x, y]) => colourAt(rgb, w, Math.floor(x! * w), Math.floor(y! * h)))
    expect(seen).toEqual(expected)
  })
})

test('a crop is cut out where it says, to the pixel, and then made larger or smaller', async () => {
  // every pixel tells its place
  const bytes = await drawn(90, 50, (x, y) => [x * 2, y * 4, 7])
    .png()
    .toBuffer()
  const photograph = await nodeImages.open(bytes)
  const crop = { x: 11, y: 5, width: 40, height: 20, scale: 1 }
  const same = await photograph.resized(crop, { width: 40, height: 20 })
  expect(colourAt(same, 40, 0, 0)).toEqual([22, 20, 7])
  expect(colourAt(same, 40, 39, 19)).toEqual([100, 96, 7])
  const half = await photograph.resized(crop, { width: 20, height: 10 })
  expect(half.length).toBe(20 * 10 * 3)
  // a pixel of the half covers two by two: between the places of the first and the second
  for (const [x, y] of [
    [4, 3],
    [10, 5],
    [15, 6],
  ] as const) {
    const [r, g] = colourAt(half, 20, x, y)
    expect(Math.abs(r! - 2 * (11 + 2 * x + 0.5))).toBeLessThanOrEqual(1)
    expect(Math.abs(g! - 4 * (5 + 2 * y + 0.5))).toBeLessThanOrEqual(1)
  }
})

test('a crop is stretched where the shapes differ, so that nothing of it is lost', async () => {
  const bytes = await drawn(80, 40, (x) => [x * 3, 0, 0])
    .png()
    .toBuffer()
  const photograph = await nodeImages.open(bytes)
  const square = await photograph.resized(whole(photograph), { width: 20, height: 20 })
  for (const x of [3, 16]) expect(colourAt(square, 20, x, 10)[0]).toBeCloseTo(3 * (4 * x + 1.5), -1)
})

test('the crop of another shape is the middle', async () => {
  const stripes = drawn(100, 40, (x) => (x < 30 ? red : x < 70 ? green : blue))
  const photograph = await nodeImages.open(await stripes.png().toBuffer())
  const size = { width: 32, height: 32 }
  const rgb = await photograph.resized(centerCrop(photograph, size), size)
  for (const x of [1, 16, 30]) expect(colourAt(rgb, 32, x, 16)).toEqual(green)
})

test('what is transparent is white; grey and CMYK become RGB', async () => {
  const clear = sharp({
    create: { width: 20, height: 20, channels: 4, background: { r: 9, g: 9, b: 9, alpha: 0 } },
  })
  const grey = drawn(20, 20, () => [90, 90, 90]).toColourspace('b-w')
  const inks = drawn(20, 20, () => white).toColourspace('cmyk')
  for (const [bytes, colour] of [
    [await clear.png().toBuffer(), 255],
    [await grey.png().toBuffer(), 90],
    [await inks.jpeg().toBuffer(), 255],
  ] as const) {
    const photograph = await nodeImages.open(bytes)
    const rgb = await photograph.resized(whole(photograph), photograph)
    expect(rgb.length).toBe(20 * 20 * 3)
    for (const value of colourAt(rgb, 20, 10, 10)) expect(Math.abs(value - colour)).toBeLessThan(3)
  }
})

test('what common decoders open with a warning is opened with a warning', async () => {
  const bytes = await readFile('packages/flashworld/test/images/damaged-marker.jpg')
  const photograph = await nodeImages.open(bytes)
  expect([photograph.width, photograph.height]).toEqual([192, 128])
  expect(photograph.warnings).toHaveLength(1)
  expect(photograph.warnings[0]).toMatch(/damaged: .*SOS/)
  expect((await photograph.resized(whole(photograph), photograph)).length).toBe(192 * 128 * 3)
})

test.each(['jpeg', 'png', 'webp'] as const)(
  'a %s that is cut short is refused at once',
  async (format) => {
    const noise = drawn(64, 64, (x, y) => [(x * 37 + y * 91) % 256, (x * y) % 256, (x ^ y) % 256])
    const bytes = await noise[format]().toBuffer()
    const opening = nodeImages.open(bytes.subarray(0, bytes.length * 0.6))
    await expect(opening).rejects.toMatchObject({ code: 'image/unreadable' })
  },
)

describe('nothing is decoded of', () => {
  const header = async (width: number, height: number) => {
    const png = await quarters(16, 16).png().toBuffer()
    png.writeUInt32BE(width, 16)
    png.writeUInt32BE(height, 20)
    return png
  }
  test.each([
    [30_000, 30_000, 'image/size'],
    [8_000, 8_001, 'image/size'],
    [1_000_000, 20, 'image/unreadable'], // more than PNG's reader takes
    [15, 600, 'image/size'],
  ])('%i x %i', async (width, height, code) => {
    await expect(nodeImages.open(await header(width, height))).rejects.toMatchObject({ code })
  })

  test('other formats', async () => {
    const svg = new TextEncoder().encode(
      '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"/>',
    )
    for (const bytes of [svg, await quarters(64, 64).gif().toBuffer(), new Uint8Array()])
      await expect(nodeImages.open(bytes)).rejects.toMatchObject({ code: 'image/unreadable' })
  })
})
