import { createReferenceEngine } from '@flashworld/engine'
import { expect, test } from 'vitest'
import { randomParameters } from './random.ts'
import { linearLayer, matrix, normWeight, repeat } from './spec.ts'

const tree = {
  layers: repeat(3, () => linearLayer(700, 800)), // more than the pool holds
  norm: normWeight(5),
  small: matrix(200, 400, { factor: 0.25, std: 4 }),
}

test('random parameters have the deviations that their specifications ask for', async () => {
  const engine = createReferenceEngine()
  const p = await randomParameters(engine, tree, { seed: 3 })
  const deviation = async (x: typeof p.norm) => {
    const values = await engine.read(x)
    const mean = values.reduce((sum, v) => sum + v, 0) / values.length
    return Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length)
  }
  for (const { weight, bias } of p.layers) {
    expect(Math.abs((await deviation(weight)) * Math.sqrt(800) - 1)).toBeLessThan(0.01) // 10 standard errors
    expect(Math.abs((await deviation(bias)) / 0.02 - 1)).toBeLessThan(0.15) // 5 standard errors
  }
  expect(Math.abs((await deviation(p.small)) - 1)).toBeLessThan(0.015) // 6 standard errors
  expect([...(await engine.read(p.norm))]).toEqual([1, 1, 1, 1, 1])
})

test('a seed gives the same parameters, another seed others, each tensor its own', async () => {
  const engine = createReferenceEngine()
  const read = async (seed: number, index: number) => {
    const p = await randomParameters(engine, tree, { seed })
    return (await engine.read(p.layers[index]!.weight)).slice(0, 1000)
  }
  const first = await read(1, 0)
  expect(await read(1, 0)).toEqual(first)
  expect(await read(2, 0)).not.toEqual(first)
  expect(await read(1, 1)).not.toEqual(first)
})
