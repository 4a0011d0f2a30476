import { afterAll, describe, expect, test } from 'vitest'
import type { Engine, Op, OpCase } from '../src/index.ts'
import { createReferenceEngine } from '../src/index.ts'
import { testEngines } from './engines.ts'
import { relativeError, tensorMaker } from './inputs.ts'

export { tensorMaker }

/** Holds every backend against the reference on every test case, and checks that nothing is left allocated. */
export async function checkOp<Args extends object>(
  op: Op<Args>,
  cases: readonly OpCase<Args>[],
): Promise<void> {
  const engines = await testEngines()
  const compute = async (engine: Engine, { args }: OpCase<Args>) => {
    const y = engine.run(op, args(tensorMaker(engine)))
    return { shape: y.shape, values: await engine.read(y) }
  }
  describe.each(engines)(`${op.name} on $name`, ({ create, tolerance, faults }) => {
    const shared = create!() // one for all cases, since a pipeline takes long to make on a software device
    afterAll(async () => (await shared).dispose())
    test.each(cases.filter((c) => c.use === 'test'))('$name', async (testCase) => {
      const engine = await shared
      const oracle = await compute(createReferenceEngine(), testCase)
      const got = await engine.scope(() => compute(engine, testCase))
      expect(got.shape).toEqual(oracle.shape)
      expect(relativeError(got.values, oracle.values)).toBeLessThanOrEqual(tolerance)
      expect(engine.memory.liveBuffers).toBe(0)
      if (faults) expect(await faults()).toEqual([])
    })
  })
}
