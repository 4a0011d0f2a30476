import { expect, test } from 'vitest'
import { checkOp } from '../../../test/check-op.ts'
import { createNoise, createReferenceEngine } from '../../index.ts'
import { noiseCases } from './cases.ts'
import { noise, noiseOp } from './index.ts'

// held against the numbers of random.test.ts
await checkOp(noiseOp, noiseCases, 'by hand')

test('streams are those of createNoise, in order', async () => {
  const engine = createReferenceEngine()
  const drawn = createNoise(9)
  for (const stream of [0, 1, 2]) {
    const values = await engine.read(noise(engine, { seed: 9, stream, shape: [5] }))
    expect(values).toEqual(drawn.normal(5))
  }
})

test('what is no seed or no stream is refused', () => {
  const engine = createReferenceEngine()
  expect(() => noise(engine, { seed: 0.5, stream: 0, shape: [1] })).toThrow(RangeError)
  expect(() => noise(engine, { seed: 1, stream: -1, shape: [1] })).toThrow(RangeError)
})
