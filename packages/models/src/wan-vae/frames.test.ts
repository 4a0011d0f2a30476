import { expect, test } from 'vitest'
import { concat, createReferenceEngine, slice } from '@flashworld/engine'
import { byFrames } from './frames.ts'

test('frames go through some at a time, and nothing but what came out stays', async () => {
  const engine = createReferenceEngine()
  const images = engine.upload(
    Float32Array.from({ length: 10 }, (_, i) => i),
    [5, 2],
  )
  const before = engine.memory.liveBuffers
  const live: number[] = []
  const out = await byFrames(engine, [images], {
    framesPerCall: 2,
    params: [],
    body: (engine, [frames]) => slice(engine, concat(engine, [frames!, frames!], 1), 1, 1, 3),
    onFrames: () => void live.push(engine.memory.liveBuffers - before),
  })
  expect(live).toEqual([1, 2, 3])
  expect([...(await engine.read(out))]).toEqual([1, 0, 3, 2, 5, 4, 7, 6, 9, 8])
  expect(engine.memory.liveBuffers - before).toBe(1)
  engine.dispose()
})
