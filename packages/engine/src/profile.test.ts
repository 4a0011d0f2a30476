import { expect, test } from 'vitest'
import { tensorMaker } from '../test/inputs.ts'
import { attention, conv2d, createReferenceEngine, linear, profile, slice } from './index.ts'

test('a profile counts calls by shape, their arithmetic, their bytes and their time', async () => {
  const profiled = profile(createReferenceEngine())
  const { engine } = profiled
  const make = tensorMaker(engine)
  const w = make.normal([4, 3])
  linear(engine, make.normal([10, 3]), w)
  linear(engine, make.normal([10, 3]), w)
  linear(engine, make.normal([1, 3]), w, { bias: make.normal([4]) })
  conv2d(engine, make.normal([2, 5, 7, 3]), make.normal([4, 3, 3, 3]), { stride: 2 })
  attention(engine, make.normal([1, 5, 2, 4]), make.normal([1, 7, 2, 4]), make.normal([1, 7, 2, 4]))
  slice(engine, make.normal([4, 3]), 0, 1, 2)
  const { ops } = await profiled.take()
  const of = (op: string, shapes: string) =>
    ops.find((one) => one.op === op && one.shapes === shapes)
  expect(of('linear', 'x 10x3 f32, w 4x3 f32 -> 10x4 f32')).toMatchObject({
    calls: 2,
    flops: 2 * 2 * 10 * 3 * 4,
    bytes: 2 * 4 * (10 * 3 + 4 * 3 + 10 * 4),
  })
  expect(of('linear', 'x 1x3 f32, w 4x3 f32, bias 4 f32 -> 1x4 f32')).toMatchObject({ calls: 1 })
  const flopsOf = (op: string) => ops.find((one) => one.op === op)!.flops
  expect(flopsOf('conv2d')).toBe(2 * (2 * 2 * 3) * 4 * 9 * 3)
  expect(flopsOf('attention')).toBe(2 * 2 * 2 * 5 * 7 * 4)
  expect(flopsOf('slice')).toBeUndefined()
  for (const { seconds } of ops) expect(seconds).toBeGreaterThan(0)
  expect(await profiled.take()).toEqual({ ops: [], timeline: [] })
  expect(engine.memory.liveBuffers).toBeGreaterThan(0)
})

test('a timeline has what the device did, and what the host did and waited for', async () => {
  const profiled = profile(createReferenceEngine())
  {
    using work = profiled.engine.use('work')
    const { engine } = work
    const x = engine.upload(new Float32Array(12), [4, 3])
    const y = await engine.time('stage', () => Promise.resolve(slice(engine, x, 0, 1, 2)))
    await engine.pace()
    await engine.read(y)
    // whoever asks for the stages gets them alone
    expect(Object.keys(await engine.timings())).toEqual(['stage'])
  }
  const { timeline } = await profiled.take()
  const onTrack = (wanted: string) =>
    timeline.filter(({ track }) => track === wanted).map(({ label }) => label)
  expect(onTrack('host')).toEqual(['upload', 'slice', 'wait for the work before last', 'read'])
  expect(onTrack('device').sort()).toEqual(['slice', 'stage'])
  const [onHost, onDevice] = ['host', 'device'].map((wanted) =>
    timeline.find(({ track, label }) => track === wanted && label === 'slice')!,
  )
  expect(onDevice!.start).toBeGreaterThanOrEqual(onHost!.start)
  for (const { start, end } of timeline) expect(end).toBeGreaterThanOrEqual(start)
})
