import { afterAll, describe, expect, test } from 'vitest'
import { checkOp } from '../../../test/check-op.ts'
import { testEngines } from '../../../test/engines.ts'
import { notFiniteCases } from './cases.ts'
import { notFinite, notFiniteOp } from './index.ts'

await checkOp(notFiniteOp, notFiniteCases, 'by hand')

describe.each(await testEngines())('on $name', ({ create }) => {
  const shared = create!()
  afterAll(async () => (await shared).dispose())

  test.each([
    [[0, 1, -2], 0],
    [[0, NaN, 1], 1],
    [[0, 1, -Infinity], 1],
    [[], 0],
  ])('%j gives %d, whatever lies behind the tensor', async (values, expected) => {
    const engine = await shared
    await engine.scope(async (engine) => {
      // the same memory, re-used for a shorter tensor
      engine.release(engine.upload(Float32Array.of(1, 1, 1, NaN), [4], engine.half))
      const x = engine.upload(Float32Array.from(values), [values.length], engine.half)
      expect([...(await engine.read(notFinite(engine, x)))]).toEqual([expected])
    })
  })
})
