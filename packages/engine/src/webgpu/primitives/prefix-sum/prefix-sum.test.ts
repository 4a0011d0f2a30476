import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testEngines } from '../../../../test/engines.ts'
import type { Engine, Kernel, Op, Tensor } from '../../../index.ts'
import { createPrefixSum } from './prefix-sum.ts'

const copyKernel: Kernel = {
  name: 'copy words',
  inputs: { source: 'u32' },
  outputs: { copy: 'u32' },
  uniforms: { count: 'u32' },
  workgroup: [256, 1, 1],
  code: `
fn main(@builtin(global_invocation_id) id: vec3<u32>) { if (id.x < u.count) { copy[id.x] = source[id.x]; } }`,
}

/** The primitive as an operation: the sums before each of `values`. */
const prefixSumOp: Op<{ values: Tensor; capacity: number; uses: number }> = {
  name: 'prefix sum',
  output: ({ values }) => ({ shape: values.shape, dtype: 'u32' }),
  reference: () => {},
  webgpu({ values, capacity, uses }, copy, gpu) {
    const count = values.shape[0]!
    const sum = createPrefixSum(gpu, capacity)
    for (let use = 1; use < uses; use++) sum(values)
    gpu.dispatch(copyKernel, { source: sum(values), copy }, { count }, [
      Math.max(1, Math.ceil(count / 256)),
    ])
  },
}

const sumsBefore = (values: Uint32Array) => {
  let sum = 0
  return values.map((value) => {
    const before = sum
    sum = Math.min(2 ** 32 - 1, sum + value)
    return before
  })
}

describe.each((await testEngines()).filter(({ name }) => name === 'webgpu f32'))(
  'prefix sum on $name',
  ({ create }) => {
    let engine: Engine
    beforeAll(async () => void (engine = await create!()))
    afterAll(() => engine.dispose())

    const check = async (values: Uint32Array, { capacity = values.length, uses = 1 } = {}) => {
      const got = await engine.scope((engine) => {
        const tensor = engine.upload(values, [values.length])
        return engine.readWords(engine.run(prefixSumOp, { values: tensor, capacity, uses }))
      })
      const expected = sumsBefore(values)
      expect(got.length).toBe(expected.length)
      expect(got.findIndex((sum, i) => sum !== expected[i])).toBe(-1)
      expect(engine.memory.liveBuffers).toBe(0)
    }

    test.each([0, 1, 255, 256, 257, 2047, 2048, 2049, 100_000])('%i numbers', (count) =>
      check(Uint32Array.from({ length: count }, (_, i) => (i * 7919) % 13)),
    )

    test('three levels', () => check(new Uint32Array(2048 * 2048 + 5).fill(1)))

    test('fewer numbers than there is room for', () =>
      check(Uint32Array.of(5, 0, 7, 1), { capacity: 10_000 }))

    test('the same memory again', () => check(new Uint32Array(5000).fill(3), { uses: 2 }))

    test('sums that do not fit stay at the greatest number', () =>
      check(Uint32Array.from({ length: 5000 }, (_, i) => (i % 3 === 0 ? 3_000_000 : 1_000_000))))
  },
)
