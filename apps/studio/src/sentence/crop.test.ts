import fc from 'fast-check'
import { expect, test } from 'vitest'
import { centreCrop, cropAt, placingOf, ratioText, refitCrop } from './crop.ts'

const wide = { width: 3000, height: 1000 }
const picture = { width: 192, height: 128 }
const sizes = fc.record({
  width: fc.integer({ min: 16, max: 8000 }),
  height: fc.integer({ min: 16, max: 8000 }),
})
const shares = fc.double({ min: 0, max: 1, noNaN: true })
const placings = fc.record({
  zoom: fc.double({ min: 1, max: 4, noNaN: true }),
  x: shares,
  y: shares,
})

test('of a wide photograph the middle is seen, over its whole height', () => {
  expect(centreCrop(wide, picture)).toEqual({ left: 0.25, top: 0, width: 0.5, height: 1 })
  expect(centreCrop({ width: 1000, height: 2000 }, picture)).toMatchObject({ width: 1, left: 0 })
})

test('a crop has the proportions of the picture and lies within the photograph', () => {
  fc.assert(
    fc.property(sizes, sizes, placings, (photograph, made, placing) => {
      const { left, top, width, height } = cropAt(photograph, made, placing)
      expect((width * photograph.width) / (height * photograph.height)).toBeCloseTo(
        made.width / made.height,
        6,
      )
      expect(Math.min(left, top)).toBeGreaterThanOrEqual(0)
      expect(Math.max(left + width, top + height)).toBeLessThanOrEqual(1 + 1e-9)
    }),
  )
})

test('where a crop stands is where it was put', () => {
  const crop = cropAt(wide, picture, { zoom: 2, x: 0.6, y: 0.4 })
  const placing = placingOf(crop, wide, picture)
  expect(placing.zoom).toBeCloseTo(2)
  expect([placing.x, placing.y]).toEqual([expect.closeTo(0.6), expect.closeTo(0.4)])
})

test('at the edge it stays within, and as close', () => {
  expect(cropAt(wide, picture, { zoom: 1, x: 2, y: -1 })).toEqual({
    left: 0.5,
    top: 0,
    width: 0.5,
    height: 1,
  })
})

test('pictures of other proportions keep the middle', () => {
  const square = refitCrop(cropAt(wide, picture, { zoom: 2, x: 0.6, y: 0.4 }), wide, {
    width: 160,
    height: 160,
  })
  expect(square.left + square.width / 2).toBeCloseTo(0.6)
  expect(square.width * 3).toBeCloseTo(square.height)
})

test('a crop that was as large as can be is so at other proportions too', () => {
  const square = { width: 160, height: 160 }
  expect(refitCrop(centreCrop(wide, picture), wide, square)).toEqual(centreCrop(wide, square))
})

test('proportions are said as one says them', () => {
  expect(ratioText(picture)).toBe('3:2')
  expect(ratioText({ width: 128, height: 192 })).toBe('2:3')
  expect(ratioText({ width: 160, height: 160 })).toBe('1:1')
  expect(ratioText({ width: 704, height: 480 })).toBe('1.47:1')
})
