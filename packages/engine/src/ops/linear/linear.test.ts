import { expect, test } from 'vitest'
import { checkOp } from '../../../test/check-op.ts'
import { sumOver } from '../../../test/formula.ts'
import { tensorMaker } from '../../../test/inputs.ts'
import type { Tensor } from '../../index.ts'
import { createReferenceEngine, ShapeError } from '../../index.ts'
import { linearCases } from './cases.ts'
import { linear, linearOp } from './index.ts'

await checkOp(linearOp, linearCases, ({ x, w, bias, activation, multiply, gate, residual }, of) => {
  const [xs, ws] = [of(x), of(w)]
  const vector = (v: Tensor | undefined, c: number, otherwise: number) => (v ? of(v)(c) : otherwise)
  return (...place) => {
    const n = place.at(-1)!
    const sum =
      sumOver(w.shape[1]!, (k) => xs(...place.with(-1, k)) * ws(n, k)) + vector(bias, n, 0)
    const slope = activation === 'silu' ? sum : Math.sqrt(8 / Math.PI) * (sum + 0.044715 * sum ** 3)
    const through = activation ? sum * (0.5 + 0.5 * Math.tanh(slope / 2)) : sum
    const multiplied = multiply ? through * of(multiply)(...place) : through
    return multiplied * vector(gate, n, 1) + (residual ? of(residual)(...place) : 0)
  }
})

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
