import { afterAll, describe, expect, test } from 'vitest'
import { tensorMaker } from '../../../test/check-op.ts'
import { testEngines } from '../../../test/engines.ts'
import { lineError } from '../../../test/inputs.ts'
import type { OpCase } from '../../cases.ts'
import type { Engine } from '../../index.ts'
import {
  createReferenceEngine,
  linear,
  quantize,
  quantizedLinear,
  quantizeTurned,
  restoreTurned,
  ShapeError,
} from '../../index.ts'
import type { QuantizeArgs } from './arguments.ts'
import { quantizeCases } from './cases.ts'
import { quantizeOp } from './index.ts'

const engines = await testEngines()

describe.each(engines)('quantize on $name', ({ create, faults }) => {
  const shared = create!()
  afterAll(async () => (await shared).dispose())

  const rowsOn = (engine: Engine, args: OpCase<QuantizeArgs>['args']) =>
    engine.scope((engine) => engine.readWords(engine.run(quantizeOp, args(tensorMaker(engine)))))

  test.each(quantizeCases.filter(({ use }) => use === 'test'))(
    '$name: the bits of the reference',
    async ({ args }) => {
      const engine = await shared
      expect(await rowsOn(engine, args)).toEqual(await rowsOn(createReferenceEngine(), args))
      expect(engine.memory.liveBuffers).toBe(0)
      if (faults) expect(await faults()).toEqual([])
    },
  )

  test('numbers of all sizes: the bits of the reference', async () => {
    const engine = await shared
    // within what f16 holds exactly, so that all backends begin with the same numbers
    const values = Float16Array.from({ length: 64 * 256 }, (_, i) => {
      const row = Math.floor(i / 256)
      return Math.sin(i * i) * 2 ** ((row % 30) - 14)
    })
    const make: OpCase<QuantizeArgs>['args'] = (make) => ({ x: make.given([...values], [64, 256]) })
    expect(await rowsOn(engine, make)).toEqual(await rowsOn(createReferenceEngine(), make))
  })
})

describe('rows turned on the host', () => {
  const values = Float32Array.from({ length: 3 * 256 }, (_, i) => Math.sin(i * i) * 2 ** (i % 9))

  test('stand for what they were made of, within half a step', () => {
    const rows = quantizeTurned(values, 256)
    const restored = restoreTurned(rows)
    for (const [row, scale] of rows.scales.entries()) {
      const off = restored
        .subarray(row * 256, (row + 1) * 256)
        .map((v, i) => v - values[row * 256 + i]!)
      // the turn keeps lengths: at most half a step for each of 256 turned numbers
      expect(Math.hypot(...off)).toBeLessThan((scale / 2) * 16 * 1.001)
    }
  })

  test('by hand: a single number is spread evenly, and comes back exactly', () => {
    const one = new Float32Array(128)
    one[0] = 2 ** 0.5
    const rows = quantizeTurned(one, 128)
    expect(new Set(rows.codes)).toEqual(new Set([127]))
    expect(rows.scales[0]).toBeCloseTo(2 ** 0.5 / 128 ** 0.5 / 127, 9)
    expect([...restoreTurned(rows)].map((v) => +v.toFixed(6))).toEqual([
      1.414214,
      ...new Array<number>(127).fill(0),
    ])
  })

  test('zeros, and numbers at the ends of the range', () => {
    expect(new Set(quantizeTurned(new Float32Array(128), 128).codes)).toEqual(new Set([0]))
    const plain = quantizeTurned(values, 256)
    for (const size of [2 ** -90, 2 ** 110]) {
      const { codes, scales } = quantizeTurned(
        values.map((v) => v * size),
        256,
      )
      expect(codes).toEqual(plain.codes)
      expect(scales).toEqual(plain.scales.map((scale) => scale * size))
    }
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
