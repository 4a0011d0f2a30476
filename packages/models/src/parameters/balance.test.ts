import {
  createReferenceEngine,
  linear,
  quantize,
  quantizedLinear,
  relativeError,
} from '@flashworld/engine'
import { expect, test } from 'vitest'
import { openSafetensors } from '../weights/safetensors.ts'
import { memorySource } from '../weights/source.ts'
import { writeSafetensors } from '../weights/write-safetensors.ts'
import { balance, balanceFactors } from './balance.ts'
import { loadParameters } from './load.ts'
import { balancing, byteLinearLayer } from './spec.ts'

const [inputs, channels, outputs] = [128, 128, 128]
const outlier = 5

const even = (count: number) => Float32Array.from({ length: count }, (_, i) => Math.sin(i * i + 1))

/** A layer that makes a channel 1024 times the others, and one that reads it through weights of a 128th. */
function pair() {
  const [maker, reader] = [even(channels * inputs), even(outputs * channels)]
  for (let i = 0; i < inputs; i++) maker[outlier * inputs + i]! *= 1024
  for (let i = outlier; i < reader.length; i += channels) reader[i]! /= 128
  return { maker, reader }
}

test('between even layers nothing is moved', () => {
  const factors = balanceFactors(even(channels * inputs), even(outputs * channels), channels)
  expect(new Set(factors)).toEqual(new Set([1]))
})

test('by hand: a row 1024 times the others that meets a column of a 128th, and one of zeros', () => {
  const { maker, reader } = pair()
  for (let i = 0; i < inputs; i++) maker[9 * inputs + i] = 0
  const factors = balanceFactors(maker, reader, channels)
  // the root of 1024 * 128 is 2^8.5; whole powers, not more than that
  expect(factors[outlier]).toBe(2 ** -8)
  expect(factors[9]).toBe(1)
  expect([...factors].filter((c) => c !== 1)).toHaveLength(1)
})

test('a product through balanced layers is the same to the bit, and 8 bits keep its other channels', async () => {
  const engine = createReferenceEngine()
  const { maker, reader } = pair()
  const x = engine.upload(even(40 * inputs), [40, inputs])
  const hidden = (weight: Float32Array) =>
    linear(engine, x, engine.upload(weight, [channels, inputs]))
  const through = (made: Float32Array, read: Float32Array) =>
    engine.read(linear(engine, hidden(made), engine.upload(read, [outputs, channels])))
  const inBytes = (made: Float32Array, read: Float32Array) => {
    const [a, b] = [hidden(made), engine.upload(read, [outputs, channels])]
    const product = quantizedLinear(engine, quantize(engine, a), quantize(engine, b), {
      dtype: 'f32',
    })
    return engine.read(product)
  }
  const exact = await through(maker, reader)
  const before = relativeError(await inBytes(maker, reader), exact)
  const factors = balanceFactors(maker, reader, channels)
  balance(maker, 'maker', factors)
  balance(reader, 'reader', factors)
  expect(await through(maker, reader)).toEqual(exact)
  expect(before).toBeGreaterThan(0.3)
  expect(relativeError(await inBytes(maker, reader), exact)).toBeLessThan(0.03)
})

test('loading balances what a tree says, and gives the factors that no checkpoint has', async () => {
  const engine = createReferenceEngine()
  const { maker, reader } = pair()
  const at = { maker: 'up.weight', reader: 'down.weight' }
  const tree = {
    up: byteLinearLayer(channels, inputs, { ...at, part: 'maker' }),
    down: byteLinearLayer(outputs, channels, { ...at, part: 'reader' }),
    factors: balancing(channels, { ...at, part: 'factors' }),
  }
  const stored = {
    'up.weight': [maker, [channels, inputs]],
    'up.bias': [even(channels), [channels]],
    'down.weight': [reader, [outputs, channels]],
    'down.bias': [even(outputs), [outputs]],
  } as const
  const file = await new Blob(
    writeSafetensors(
      Object.entries(stored).map(([key, [bytes, shape]]) => ({ key, dtype: 'F32', shape, bytes })),
    ),
  ).arrayBuffer()
  const tensors = await openSafetensors(memorySource(new Map([['f', new Uint8Array(file)]])), 'f')
  const p = await loadParameters(engine, tree, { table: { name: 'made', tensors } })
  const factors = balanceFactors(maker, reader, channels)
  expect(await engine.read(p.factors)).toEqual(factors)
  balance(maker, 'maker', factors)
  balance(reader, 'reader', factors)
  expect(await engine.read(p.up.weight)).toEqual(maker)
  expect(await engine.read(p.down.weight)).toEqual(reader)
  expect(await engine.read(p.up.bias)).toEqual(even(channels).map((v, i) => v * factors[i]!))
  expect(await engine.read(p.down.bias)).toEqual(even(outputs))
})
