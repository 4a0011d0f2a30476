import { expect, test } from 'vitest'
import { tensorMaker } from '../test/inputs.ts'
import { attention, conv2d, createReferenceEngine, linear, profileOps, slice } from './index.ts'

test('a profile counts calls, their arithmetic and their time', () => {
  const profiled = profileOps(createReferenceEngine())
  const { engine } = profiled
  const make = tensorMaker(engine)
  linear(engine, make.normal([2, 5, 3]), make.normal([4, 3]))
  linear(engine, make.normal([1, 3]), make.normal([4, 3]))
  conv2d(engine, make.normal([2, 5, 7, 3]), make.normal([4, 3, 3, 3]), { stride: 2 })
  attention(engine, make.normal([1, 5, 2, 4]), make.normal([1, 7, 2, 4]), make.normal([1, 7, 2, 4]))
  slice(engine, make.normal([4, 3]), 0, 1, 2)
  const profile = new Map(profiled.take().map((entry) => [entry.op, entry]))
  expect(profile.get('linear')).toMatchObject({ calls: 2, flops: 2 * (10 + 1) * 3 * 4 })
  expect(profile.get('conv2d')).toMatchObject({ calls: 1, flops: 2 * (2 * 2 * 3) * 4 * 9 * 3 })
  expect(profile.get('attention')).toMatchObject({ calls: 1, flops: 2 * 2 * 2 * 5 * 7 * 4 })
  expect(profile.get('slice')!.flops).toBeUndefined()
  for (const { seconds } of profile.values()) expect(seconds).toBeGreaterThan(0)
  expect(profiled.take()).toEqual([])
  expect(engine.memory.liveBuffers).toBeGreaterThan(0)
})

test('an engine that only records its operations tells no seconds', () => {
  const profiled = profileOps({ ...createReferenceEngine(), kind: 'webgpu' })
  const make = tensorMaker(profiled.engine)
  linear(profiled.engine, make.normal([1, 3]), make.normal([4, 3]))
  expect(profiled.take()).toEqual([{ op: 'linear', calls: 1, flops: 24 }])
})
