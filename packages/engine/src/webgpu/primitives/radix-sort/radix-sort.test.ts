import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testEngines } from '../../../../test/engines.ts'
import type { Engine, Kernel, Op, Tensor } from '../../../index.ts'
import { createRadixSort } from './radix-sort.ts'

const zipKernel: Kernel = {
  name: 'zip',
  inputs: { keys: 'u32', values: 'u32' },
  outputs: { pairs: 'u32' },
  uniforms: { count: 'u32' },
  workgroup: [256, 1, 1],
  code: `
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x < u.count) {
    pairs[id.x * 2u] = keys[id.x];
    pairs[id.x * 2u + 1u] = values[id.x];
  }
}`,
}

interface SortArgs {
  readonly keys: Tensor
  readonly values: Tensor
  /** `[2]`: something else, then how many of the pairs to sort. */
  readonly counts: Tensor
  readonly bits: number
}

/** The primitive as an operation: pairs of a key and a value, sorted. */
const sortOp: Op<SortArgs> = {
  name: 'radix sort',
  output: ({ keys }) => ({ shape: [keys.shape[0]!, 2], dtype: 'u32' }),
  reference: () => {},
  webgpu({ keys, values, counts, bits }, pairs, gpu) {
    const capacity = keys.shape[0]!
    const sort = createRadixSort(gpu, { capacity, bits })
    const sorted = sort({ keys, values, count: { words: counts, offset: 1 } })
    gpu.dispatch(zipKernel, { ...sorted, pairs }, { count: capacity }, [
      Math.max(1, Math.ceil(capacity / 256)),
    ])
  },
}

/** A small generator of well mixed words, so that a failure can be repeated. */
const mixed = (i: number) => Math.imul(i ^ (i >>> 15), 0x2c1b3c6d) >>> 0

const engines = (await testEngines()).filter(({ name }) => name === 'webgpu f32')

describe.each(engines)('radix sort on $name', ({ create }) => {
  let engine: Engine
  beforeAll(async () => void (engine = await create!()))
  afterAll(() => engine.dispose())

  const check = async (keys: Uint32Array, { bits = 32, count = keys.length } = {}) => {
    const got = await engine.scope((engine) => {
      const values = engine.upload(
        keys.map((_, i) => i),
        [keys.length],
      )
      const counts = engine.upload(Uint32Array.of(99, count), [2])
      return engine.readWords(
        engine.run(sortOp, { keys: engine.upload(keys, [keys.length]), values, counts, bits }),
      )
    })
    const low = (key: number) => key % 2 ** bits
    const expected = [...keys.subarray(0, count)].map((key, i) => [key, i] as const)
    expected.sort(([a], [b]) => low(a) - low(b)) // stable: values of equal keys stay in order
    expect(got.subarray(0, count * 2)).toEqual(Uint32Array.from(expected.flat()))
    expect(engine.memory.liveBuffers).toBe(0)
  }

  test.each([0, 1, 255, 256, 257, 2047, 2048, 2049, 100_000])('%i whole words', (count) =>
    check(Uint32Array.from({ length: count }, (_, i) => mixed(i))),
  )

  test.each([1, 4, 5, 11, 28])('by %i bits only, many equal keys', (bits) =>
    check(
      Uint32Array.from({ length: 5000 }, (_, i) => mixed(i) >>> (i % 32)),
      { bits },
    ),
  )

  test('all keys equal', () => check(new Uint32Array(3000).fill(0xffffffff)))

  test('already sorted, and backwards', async () => {
    await check(Uint32Array.from({ length: 3000 }, (_, i) => i * 1000))
    await check(Uint32Array.from({ length: 3000 }, (_, i) => 2 ** 32 - 1 - i))
  })

  test.each([0, 1, 2048, 3001])('the first %i of 5000', (count) =>
    check(
      Uint32Array.from({ length: 5000 }, (_, i) => mixed(i)),
      { count },
    ),
  )
})
