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

/** The nearest number with 3 bits behind the point and a least exponent of -6, as e4m3 stores it; within its range. */
function e4m3(v: number): number {
  if (v === 0) return 0
  const step = 2 ** (Math.max(-6, Math.floor(Math.log2(Math.abs(v)))) - 3)
  return Math.round(v / step) * step
}

/** As the published code stores both factors of its linear layers: with one scale a tensor. */
function asPublished(values: Float32Array): Float32Array {
  const scale = values.reduce((most, v) => Math.max(most, Math.abs(v)), 0) / 448
  return values.map((v) => e4m3(v / scale) * scale)
}

test.each([
  ['even', 1],
  ['with a channel 60 times the others', 60],
])(
  "on numbers %s, a product's error is at most half of the published code's",
  async (_, outlier) => {
    const engine = createReferenceEngine()
    const make = tensorMaker(engine)
    const [x, w] = await Promise.all(
      [make.normal([40, 384]), make.normal([64, 384], { scale: 0.05 })].map((t) => engine.read(t)),
    )
    for (let i = 7; i < x!.length; i += 384) x![i]! *= outlier
    const product = (x: Float32Array, w: Float32Array) =>
      engine.read(linear(engine, engine.upload(x, [40, 384]), engine.upload(w, [64, 384])))
    const exact = await product(x!, w!)
    const published = lineError(await product(asPublished(x!), asPublished(w!)), exact, 64)
    expect(await productError(engine, outlier)).toBeLessThan(published / 2)
  },
)

test('rows of no whole group are refused', () => {
  const engine = createReferenceEngine()
  expect(() => quantize(engine, engine.zeros([2, 100]))).toThrow(ShapeError)
})
