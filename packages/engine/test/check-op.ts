import { describe, expect, test } from 'vitest'
import type { DType, Engine, Op, OpCase, Tensor, TensorMaker } from '../src/index.ts'
import { createNoise, createReferenceEngine, elementCount } from '../src/index.ts'
import { testEngines } from './engines.ts'

/** Makes a case's inputs on an engine; each engine gets the same numbers. */
export function tensorMaker(engine: Engine, seed = 1): TensorMaker {
  const noise = createNoise(seed)
  return {
    half: engine.half,
    normal(shape, { scale = 1, dtype = engine.half } = {}) {
      const data = noise.normal(elementCount(shape)).map((v) => v * scale)
      return engine.upload(data, shape, dtype)
    },
    given: (values, shape, dtype: DType = engine.half) =>
      engine.upload(dtype === 'u32' ? Uint32Array.from(values) : Float32Array.from(values), shape, dtype),
  }
}

/** ‖a-b‖ / ‖b‖; NaN anywhere gives NaN, which passes no comparison. */
export function relativeError(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return NaN
  let difference = 0
  let norm = 0
  for (let i = 0; i < a.length; i++) {
    difference += (a[i]! - b[i]!) ** 2
    norm += b[i]! ** 2
  }
  return Math.sqrt(difference) / Math.max(Math.sqrt(norm), 1e-30)
}

/** Holds every backend against the reference on every test case, and checks that nothing is left allocated. */
export async function checkOp<Args extends object>(op: Op<Args>, cases: readonly OpCase<Args>[]): Promise<void> {
  const engines = await testEngines()
  const compute = async (engine: Engine, { args }: OpCase<Args>) => {
    const y: Tensor = engine.run(op, args(tensorMaker(engine)))
    return { shape: y.shape, values: await engine.read(y) }
  }
  describe.each(engines)(`${op.name} on $name`, ({ create, tolerance }) => {
    test.each(cases.filter((c) => c.use === 'test'))('$name', async (testCase) => {
      const engine = await create!()
      const oracle = await compute(createReferenceEngine(), testCase)
      const got = await engine.scope(() => compute(engine, testCase))
      expect(got.shape).toEqual(oracle.shape)
      expect(relativeError(got.values, oracle.values)).toBeLessThanOrEqual(tolerance)
      expect(engine.memory.liveBuffers).toBe(0)
      engine.dispose()
    })
  })
}
