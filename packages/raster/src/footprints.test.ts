import { createReferenceEngine } from '@flashworld/engine'
import { PACKED_FLOATS } from '@flashworld/splats'
import { expect, test } from 'vitest'
import { frontCamera, packGaussians } from '../test/clouds.ts'
import { contributions, footprints, rasterize } from './index.ts'

const size = { width: 64, height: 48 }
const camera = Float32Array.from(frontCamera)
const all = () => true

test.each([
  ['round', {}],
  ['aside', { at: [0.4, -0.3, -2] }],
  ['long and turned', { scale: [0.2, 0.04, 0.1], quatWxyz: [0.9, 0.1, -0.2, 0.3], opacity: 0.8 }],
  ['small', { scale: [0.005, 0.005, 0.005] }],
] as const)('of one alone that is %s, the reference shows as much, there', async (_, gaussian) => {
  const cloud = packGaussians([{ ...gaussian, rgb: [0.5, 0.5, 0.5] }])
  const { x, y, area } = footprints(cloud, camera, size, all)
  const engine = createReferenceEngine()
  const scene = [engine.upload(cloud, [1, PACKED_FLOATS]), engine.upload(camera, [1, 11])] as const
  const [shown] = await engine.read(contributions(engine, ...scene, size))
  // the reference leaves out what has an alpha of less than 1/255: under a hundredth
  expect(area[0]! / shown!).toBeCloseTo(1, 1)
  const pixels = await engine.read(rasterize(engine, ...scene, { ...size, background: [0, 0, 0] }))
  let [weight, sumX, sumY] = [0, 0, 0]
  for (let i = 0; i < size.width * size.height; i++) {
    const light = (pixels[i * 4]! + 1) / 2
    weight += light
    sumX += light * ((i % size.width) + 0.5)
    sumY += light * (Math.floor(i / size.width) + 0.5)
  }
  expect([x[0]! - sumX / weight, y[0]! - sumY / weight].map(Math.abs).every((d) => d < 0.05)).toBe(
    true,
  )
  engine.dispose()
})

test('what stands behind the camera, beside the picture, or is not wanted has none', () => {
  const cloud = packGaussians([{ at: [0, 0, 2] }, { at: [9, 0, -2] }, {}, {}])
  const { x, y, area } = footprints(cloud, camera, size, (i) => i !== 3)
  expect([...area].map((value) => value > 0)).toEqual([false, false, true, false])
  expect([...x, ...y].map(Number.isNaN)).toEqual([true, true, false, true, true, true, false, true])
})
