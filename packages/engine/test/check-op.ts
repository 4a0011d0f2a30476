import { afterAll, describe, expect, test } from 'vitest'
import type { Engine, Op, OpCase } from '../src/index.ts'
import { createReferenceEngine } from '../src/index.ts'
import { testEngines } from './engines.ts'
import type { Formula } from './formula.ts'
import { elementsOf, evaluate } from './formula.ts'
import { lineError, tensorMaker } from './inputs.ts'

export { tensorMaker }

/**
 * Holds the reference against the operation's formula, and every other backend against the reference, on every test
 * case; checks that nothing is left allocated, and that no kernel leaves its arrays where they are watched.
 * @param formula `by hand` where a test of its own holds the reference against an example
 */
export async function checkOp<Args extends object>(
  op: Op<Args>,
  cases: readonly OpCase<Args>[],
  formula: Formula<Args> | 'by hand',
): Promise<void> {
  const engines = await testEngines()
  const judged = engines.filter(({ name }) => name !== 'reference' || formula !== 'by hand')
  const compute = async (engine: Engine, { args }: OpCase<Args>) => {
    const y = engine.run(op, args(tensorMaker(engine)))
    const values = y.dtype === 'u32' ? await engine.readWords(y) : await engine.read(y)
    return { shape: y.shape, values }
  }
  const byFormula = (formula: Formula<Args>, { args }: OpCase<Args>) => {
    const made = args(tensorMaker(createReferenceEngine()))
    const { shape, dtype } = op.output(made)
    const values = evaluate(formula(made, elementsOf), shape)
    return { shape, values: dtype === 'u32' ? new Uint32Array(values.buffer) : values }
  }
  /** What every backend but the reference is held against, computed once. */
  const computed = new Map<OpCase<Args>, ReturnType<typeof compute>>()
  const byReference = (testCase: OpCase<Args>) => {
    const known = computed.get(testCase) ?? compute(createReferenceEngine(), testCase)
    computed.set(testCase, known)
    return known
  }
  describe.each(judged)(`${op.name} on $name`, ({ name, create, tolerance, faults }) => {
    const shared = create!() // one for all cases, since a pipeline takes long to make on a software device
    afterAll(async () => (await shared).dispose())
    test.each(cases.filter((c) => c.use === 'test'))('$name', async (testCase) => {
      const engine = await shared
      const oracle =
        name === 'reference' && formula !== 'by hand'
          ? byFormula(formula, testCase)
          : await byReference(testCase)
      const got = await engine.scope((engine) => compute(engine, testCase))
      expect(got.shape).toEqual(oracle.shape)
      if (got.values instanceof Uint32Array) expect(got.values).toEqual(oracle.values)
      else {
        const expected = oracle.values as Float32Array
        expect(lineError(got.values, expected, oracle.shape.at(-1)!)).toBeLessThanOrEqual(tolerance)
      }
      expect(engine.memory.liveBuffers).toBe(0)
      engine.trim() // the next case's memory is new
      if (faults) expect(await faults()).toEqual([])
    })
  })
}
