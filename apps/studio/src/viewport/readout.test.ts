import { expect, test } from 'vitest'
import { FrameRate } from './readout.ts'
import { tierOf } from './tiers.ts'

test('the rate is that of frames that followed one another', () => {
  const rate = new FrameRate()
  expect(rate.perSecond).toBeNull()
  for (const time of [0, 20, 40, 60]) rate.drawn(time)
  expect(rate.perSecond).toBe(50)
  rate.drawn(9000)
  expect(rate.perSecond).toBeNull()
  rate.drawn(9100)
  expect(rate.perSecond).toBe(10)
})

test('weaker devices draw fewer pixels, and the strongest exactly', () => {
  const strong = { touch: false, memory: 8, cores: 8, software: false }
  expect(tierOf(strong)).toEqual({
    pixelRatio: 2,
    maxStdDev: expect.closeTo(3.329, 3),
    movingPixelRatio: 1,
    gaussians: Infinity,
  })
  expect(tierOf({ ...strong, touch: true }).pixelRatio).toBe(1.5)
  const software = tierOf({ ...strong, software: true })
  expect(software.movingPixelRatio).toBeLessThan(1)
  expect(software.gaussians).toBeLessThan(tierOf({ ...strong, touch: true }).gaussians)
  expect(tierOf({ ...strong, memory: undefined }).pixelRatio).toBe(2)
})
