import { expect, test } from 'vitest'
import { renderToRgba8 } from './index.ts'

test('colours become bytes, depth becomes opaque', () => {
  const render = Float32Array.of(-1, 0, 1, 7.5, -0.5, 2, NaN, 0)
  expect([...renderToRgba8(render)]).toEqual([0, 128, 255, 255, 64, 255, 0, 255])
})

test('refuses what is no whole number of pixels', () => {
  expect(() => renderToRgba8(new Float32Array(6))).toThrow(RangeError)
})
