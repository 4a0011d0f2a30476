import { createReferenceEngine } from '@flashworld/engine'
import { expect, test } from 'vitest'
import { checkOp } from '../../../../engine/test/check-op.ts'
import { gaussianHeadCases } from './cases.ts'
import { gaussianHead, gaussianHeadOp } from './index.ts'

await checkOp(gaussianHeadOp, gaussianHeadCases, 'by hand')

test('a Gaussian by hand', async () => {
  const engine = createReferenceEngine()
  const raw = new Float32Array(76)
  raw.set(Array.from({ length: 27 }, (_, i) => i)) // harmonics
  raw.set([0.5, 0, Math.log(3), 0, 0, 0, 0, 0, 0, 2, 0], 27) // uv, depth 3, opacity, scale, rotation
  // centre of the only pixel, focal length of half the image, turned half around x: looking up z
  const camera = Float32Array.from([0, 1, 0, 0, 10, 20, 30, 0.5, 0.5, 0.5, 0.5])
  const out = await engine.read(
    gaussianHead(engine, engine.upload(raw, [1, 1, 1, 76]), engine.upload(camera, [1, 11])),
  )
  // u = 0.25 pixels right of the centre: slope 0.5, direction (0.5, 0, 1) / |.| after the turn
  const along = 3 / Math.sqrt(1.25)
  const expected = [10 + along * 0.5, 20, 30 + along, 0.5]
  expected.forEach((value, i) => expect(out[i]).toBeCloseTo(value, 5))
  out.slice(4, 7).forEach((scale) => expect(scale).toBeCloseTo(8 * 3 * Math.SQRT1_2, 5))
  expect([...out.slice(7, 11)]).toEqual([0, 0, 1, 0])
  expect([...out.slice(11, 38)]).toEqual(Array.from({ length: 27 }, (_, i) => i))
})

test('what does not fit is refused', () => {
  const engine = createReferenceEngine()
  const cameras = engine.zeros([2, 11])
  expect(() => gaussianHead(engine, engine.zeros([1, 2, 2, 76]), cameras)).toThrow(
    'gaussianHead: expected',
  )
  expect(() => gaussianHead(engine, engine.zeros([2, 2, 2, 75]), cameras)).toThrow(
    'gaussianHead: expected',
  )
})
