import { describe, expect, test } from 'vitest'
import type { Engine } from '../src/index.ts'
import { createReferenceEngine, relativeError } from '../src/index.ts'
import type { LinearArgs } from '../src/ops/linear/arguments.ts'
import { linearOp } from '../src/ops/linear/index.ts'
import { testEngines } from './engines.ts'
import { lineError, tensorMaker } from './inputs.ts'

const [rows, depth, columns] = [400, 64, 96] as const

/** A product with scales of its columns, of which column 7 has a small one. */
function args(engine: Engine): LinearArgs {
  const make = tensorMaker(engine)
  const gate = new Float32Array(columns).fill(1)
  gate[7] = 0.01
  return {
    x: make.normal([rows, depth]),
    w: make.normal([columns, depth]),
    gate: engine.upload(gate, [columns]),
  }
}

async function product(change: (values: Float32Array) => void = () => {}) {
  const engine = createReferenceEngine()
  const values = await engine.read(engine.run(linearOp, args(engine)))
  change(values)
  return values
}

const truth = await product()

const faults: Readonly<Record<string, (values: Float32Array) => void>> = {
  'the smallest scale is zeroed': (values) => {
    for (let row = 0; row < rows; row++) values[row * columns + 7] = 0
  },
  'a scale is 1 % off': (values) => {
    for (let row = 0; row < rows; row++) values[row * columns + 50]! *= 1.01
  },
  'the last row is missing': (values) => values.fill(0, (rows - 1) * columns),
  'one number is missing': (values) => (values[values.length - 1] = 0),
  'one number is NaN': (values) => (values[5] = NaN),
}

describe.each(await testEngines())('the tolerance of $name', ({ tolerance }) => {
  test.each(Object.entries(faults))('shows when %s', async (_, fault) => {
    expect(lineError(await product(fault), truth, columns)).not.toBeLessThanOrEqual(tolerance)
  })

  test('lets roundings pass', async () => {
    const step = tolerance > 1e-4 ? Math.f16round : Math.fround
    const rounded = await product((values) => values.forEach((v, i) => (values[i] = step(v))))
    expect(lineError(rounded, truth, columns)).toBeLessThanOrEqual(tolerance)
  })
})

test('over the whole a zeroed scale does not show', async () => {
  const zeroed = await product(faults['the smallest scale is zeroed'])
  expect(relativeError(zeroed, truth)).toBeLessThan(2e-3)
})
