import { expect, test } from 'vitest'
import { checkOp } from '../../../test/check-op.ts'
import { tensorMaker } from '../../../test/inputs.ts'
import { createReferenceEngine, ShapeError } from '../../index.ts'
import { linearCases } from './cases.ts'
import { linear, linearOp } from './index.ts'

await checkOp(linearOp, linearCases)

test('linear, by hand', async () => {
  const engine = createReferenceEngine()
  const make = tensorMaker(engine)
  const x = make.given([1, 2], [1, 2])
  const w = make.given([3, 4, 5, 6], [2, 2])
  const bias = make.given([0.5, -0.5], [2])
  const gate = make.given([2, 3], [2])
  const residual = make.given([100, 200], [1, 2])
  expect([...(await engine.read(linear(engine, x, w, { bias, gate, residual })))]).toEqual([
    123, 249.5,
  ])
})

test('linear refuses what does not fit', () => {
  const engine = createReferenceEngine()
  const make = tensorMaker(engine)
  expect(() => linear(engine, make.normal([2, 3]), make.normal([4, 5]))).toThrow(ShapeError)
})
