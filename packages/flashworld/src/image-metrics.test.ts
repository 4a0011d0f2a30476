import { expect, test } from 'vitest'
import { psnr, ssim } from './image-metrics.ts'

const size = { width: 13, height: 12 }

const picture = (color: (pixel: number, channel: number) => number) => ({
  ...size,
  rgba: Uint8ClampedArray.from({ length: size.width * size.height * 4 }, (_, i) =>
    color(i >> 2, i % 4),
  ),
})

const noise = (seed: number) =>
  picture((pixel, c) => (c === 3 ? 255 : Math.imul(pixel * 4 + c + seed, 2654435761) >>> 24))

test('psnr by hand: one level off everywhere, and all levels off', () => {
  expect(
    psnr(
      picture(() => 7),
      picture(() => 8),
    ),
  ).toBeCloseTo(20 * Math.log10(255), 10)
  expect(
    psnr(
      picture(() => 0),
      picture(() => 255),
    ),
  ).toBe(0)
  expect(psnr(noise(1), noise(1))).toBe(Infinity)
})

test('alpha does not count', () => {
  const [opaque, clear] = [255, 0].map((alpha) => picture((pixel, c) => (c === 3 ? alpha : pixel)))
  expect(psnr(opaque!, clear!)).toBe(Infinity)
  expect(ssim(opaque!, clear!)).toBeCloseTo(1, 12)
})

test('ssim of flat pictures is the luminance term alone', () => {
  const c1 = 2.55 ** 2
  expect(
    ssim(
      picture(() => 100),
      picture(() => 120),
    ),
  ).toBeCloseTo((2 * 100 * 120 + c1) / (100 ** 2 + 120 ** 2 + c1), 10)
})

test('ssim equals its definition, window by window', () => {
  const [a, b] = [noise(1), noise(2)]
  const weight = (k: number) => Math.exp(-((k - 5) ** 2) / 4.5)
  const values: number[] = []
  for (let c = 0; c < 3; c++) {
    for (let top = 0; top <= size.height - 11; top++) {
      for (let left = 0; left <= size.width - 11; left++) values.push(windowSsim(c, top, left))
    }
  }
  expect(ssim(a, b)).toBeCloseTo(values.reduce((sum, v) => sum + v, 0) / values.length, 10)

  function windowSsim(c: number, top: number, left: number): number {
    const samples = Array.from({ length: 121 }, (_, i) => {
      const at = ((top + Math.floor(i / 11)) * size.width + left + (i % 11)) * 4 + c
      return { w: weight(Math.floor(i / 11)) * weight(i % 11), x: a.rgba[at]!, y: b.rgba[at]! }
    })
    const total = samples.reduce((sum, { w }) => sum + w, 0)
    const average = (of: (s: (typeof samples)[number]) => number) =>
      samples.reduce((sum, s) => sum + s.w * of(s), 0) / total
    const [mx, my] = [average((s) => s.x), average((s) => s.y)]
    const [vx, vy] = [average((s) => (s.x - mx) ** 2), average((s) => (s.y - my) ** 2)]
    const covariance = average((s) => (s.x - mx) * (s.y - my))
    return (
      ((2 * mx * my + 6.5025) * (2 * covariance + 58.5225)) /
      ((mx ** 2 + my ** 2 + 6.5025) * (vx + vy + 58.5225))
    )
  }
})

test('refuses sizes that differ or are too small', () => {
  const small = { width: 10, height: 12, rgba: new Uint8ClampedArray(480) }
  expect(() => psnr(small, noise(1))).toThrow(/one size/)
  expect(() => ssim(small, small)).toThrow(/at least 11/)
})
