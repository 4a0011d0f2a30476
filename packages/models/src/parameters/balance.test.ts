import {
  createReferenceEngine,
  linear,
  quantize,
  quantizedLinear,
  relativeError,
  withParts,
} from '@flashworld/engine'
import { expect, test } from 'vitest'
import { openSafetensors } from '../weights/safetensors.ts'
import { memorySource } from '../weights/source.ts'
import { writeSafetensors } from '../weights/write-safetensors.ts'
import { balance, balanceFactors } from './balance.ts'
import { loadParameters } from './load.ts'
import { balancing, byteLinearLayer } from './spec.ts'

const outlier = 5

const even = (count: number) => Float32Array.from({ length: count }, (_, i) => Math.sin(i * i + 1))

/** A layer that makes a channel 1024 times the others, and one that reads it through weights of a 128th. */
function pair(width = 128) {
  const [maker, reader] = [even(width ** 2), even(width ** 2)]
  for (let i = 0; i < width; i++) maker[outlier * width + i]! *= 1024
  for (let i = outlier; i < reader.length; i += width) reader[i]! /= 128
  return { maker, reader }
}

test('between even layers nothing is moved', () => {
  const factors = balanceFactors(even(128 ** 2), even(128 ** 2), 128)
  expect(new Set(factors)).toEqual(new Set([1]))
})

test('by hand: a row 1024 times the others that meets a column of a 128th, and one of zeros', () => {
  const { maker, reader } = pair()
  maker.fill(0, 9 * 128, 10 * 128)
  const factors = balanceFactors(maker, reader, 128)
  // the root of 1024 * 128 is 2^8.5; whole powers, not more than that
  expect(factors[outlier]).toBe(2 ** -8)
  expect(factors[9]).toBe(1)
  expect([...factors].filter((c) => c !== 1)).toHaveLength(1)
})

test('a product through balanced layers is the same to the bit, and 8 bits keep its other channels', async () => {
  const engine = createReferenceEngine()
  const { maker, reader } = pair()
  const x = engine.upload(even(40 * 128), [40, 128])
  const hidden = (weight: Float32Array) => linear(engine, x, engine.upload(weight, [128, 128]))
  const through = (made: Float32Array, read: Float32Array) =>
    engine.read(linear(engine, hidden(made), engine.upload(read, [128, 128])))
  const inBytes = (made: Float32Array, read: Float32Array) => {
    const [a, b] = [hidden(made), engine.upload(read, [128, 128])]
    const product = quantizedLinear(engine, quantize(engine, a), quantize(engine, b), {
      dtype: 'f32',
    })
    return engine.read(product)
  }
  const exact = await through(maker, reader)
  const before = relativeError(await inBytes(maker, reader), exact)
  const factors = balanceFactors(maker, reader, 128)
  balance(maker, 'maker', factors)
  balance(reader, 'reader', factors)
  expect(await through(maker, reader)).toEqual(exact)
  expect(before).toBeGreaterThan(0.3)
  expect(relativeError(await inBytes(maker, reader), exact)).toBeLessThan(0.03)
})

test('an engine that keeps 8 bits gets balanced layers, and the factors that no checkpoint has; others get none', async () => {
  const size = 120 // layers that are not made into 8 bits: what was loaded can be read
  const { maker, reader } = pair(size)
  const at = { maker: 'up.weight', reader: 'down.weight' }
  const tree = {
    up: byteLinearLayer(size, size, { ...at, part: 'maker' }),
    down: byteLinearLayer(size, size, { ...at, part: 'reader' }),
    factors: balancing(size, { ...at, part: 'factors' }),
  }
  const stored = {
    'up.weight': [maker, [size, size]],
    'up.bias': [even(size), [size]],
    'down.weight': [reader, [size, size]],
    'down.bias': [even(size), [size]],
  } as const
  const file = await new Blob(
    writeSafetensors(
      Object.entries(stored).map(([key, [bytes, shape]]) => ({ key, dtype: 'F32', shape, bytes })),
    ),
  ).arrayBuffer()
  const tensors = await openSafetensors(memorySource(new Map([['f', new Uint8Array(file)]])), 'f')
  const table = { name: 'made', tensors }
  const plain = createReferenceEngine()
  const whole = await loadParameters(plain, tree, { table })
  expect(new Set(await plain.read(whole.factors))).toEqual(new Set([1]))
  expect(await plain.read(whole.up.weight)).toEqual(maker)
  const engine = withParts(plain, () => ({ bytes: true }))
  const p = await loadParameters(engine, tree, { table })
  const factors = balanceFactors(maker, reader, size)
  expect(await engine.read(p.factors)).toEqual(factors)
  balance(maker, 'maker', factors)
  balance(reader, 'reader', factors)
  expect(await engine.read(p.up.weight)).toEqual(maker)
  expect(await engine.read(p.down.weight)).toEqual(reader)
  expect(await engine.read(p.up.bias)).toEqual(even(size).map((v, i) => v * factors[i]!))
  expect(await engine.read(p.down.bias)).toEqual(even(size))
})
