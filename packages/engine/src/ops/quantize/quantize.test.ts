import { afterAll, describe, expect, test } from 'vitest'
import { tensorMaker } from '../../../test/check-op.ts'
import { testEngines } from '../../../test/engines.ts'
import { lineError } from '../../../test/inputs.ts'
import type { Engine } from '../../index.ts'
import {
  createReferenceEngine,
  linear,
  quantize,
  quantizedLinear,
  ShapeError,
} from '../../index.ts'
import { quantizeCases } from './cases.ts'
import { quantizeOp } from './index.ts'

const engines = await testEngines()

/** Codes and scales of rows of words. */
function read(words: Uint32Array, line: number) {
  const rows = words.length / line
  const bytes = new Int8Array(words.buffer)
  return Array.from({ length: rows }, (_, row) => ({
    codes: bytes.subarray(row * line * 4, (row * line + line - 4) * 4),
    scale: new Float32Array(words.buffer)[(row + 1) * line - 4]!,
    behind: words.subarray((row + 1) * line - 3, (row + 1) * line),
  }))
}

describe.each(engines)('quantize on $name', ({ create, faults }) => {
  const shared = create!()
  afterAll(async () => (await shared).dispose())

  test.each(quantizeCases.filter(({ use }) => use === 'test'))('$name', async ({ args }) => {
    const rowsOn = async (engine: Engine) => {
      const codes = engine.run(quantizeOp, args(tensorMaker(engine)))
      return read(await engine.readWords(codes), codes.shape.at(-1)!)
    }
    const engine = await shared
    const got = await engine.scope(rowsOn)
    const expected = await rowsOn(createReferenceEngine())
    expect(got).toHaveLength(expected.length)
    for (const [n, { codes, scale, behind }] of got.entries()) {
      const other = expected[n]!
      expect(Math.abs(scale / other.scale - 1)).toBeLessThan(1e-5)
      // a number half-way between two codes may go to either
      const off = codes.map((code, i) => Math.abs(code - other.codes[i]!))
      expect(Math.max(...off)).toBeLessThanOrEqual(1)
      expect(off.filter((d) => d > 0).length).toBeLessThanOrEqual(codes.length / 100)
      expect([...behind]).toEqual([0, 0, 0])
    }
    expect(engine.memory.liveBuffers).toBe(0)
    if (faults) expect(await faults()).toEqual([])
  })
})

/** Products of quantised rows against those of the rows, relative. */
async function productError(engine: Engine, outlier: number): Promise<number> {
  const x = tensorMaker(createReferenceEngine()).normal([40, 384])
  const values = await createReferenceEngine().read(x)
  for (let i = 7; i < values.length; i += 384) values[i]! *= outlier
  const made = tensorMaker(engine)
  const [a, w] = [engine.upload(values, [40, 384]), made.normal([64, 384], { scale: 0.05 })]
  const exact = await engine.read(linear(engine, a, w, { dtype: 'f32' }))
  const coded = quantizedLinear(engine, quantize(engine, a), quantize(engine, w), { dtype: 'f32' })
  return lineError(await engine.read(coded), exact, 64)
}

test('products are those of the rows, within 8 bits; one large channel costs the others nothing', async () => {
  const engine = createReferenceEngine()
  // a step of 8 bits over a range of four deviations is 0.9 % of one, of two factors
  expect(await productError(engine, 1)).toBeLessThan(0.03)
  expect(await productError(engine, 60)).toBeLessThan(0.03)
})

test('rows of no whole group are refused', () => {
  const engine = createReferenceEngine()
  expect(() => quantize(engine, engine.zeros([2, 100]))).toThrow(ShapeError)
})
