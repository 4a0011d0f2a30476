import { createReferenceEngine, withParts } from '@flashworld/engine'
import type { Engine } from '@flashworld/engine'
import { describe, expect, test } from 'vitest'
import { tinyCheckpoint } from '../../test/golden.ts'
import { reconDecoderConfig } from '../recon-decoder/config.ts'
import { reconDecoderParameters } from '../recon-decoder/decoder.ts'
import { openSafetensors } from '../weights/safetensors.ts'
import { memorySource } from '../weights/source.ts'
import type { TensorTable } from '../weights/tensor.ts'
import { writeSafetensors } from '../weights/write-safetensors.ts'
import { wanVaeConfig } from '../wan-vae/config.ts'
import { parameterBytes } from './build.ts'
import { loadParameters } from './load.ts'
import { convLayer, linearLayer, matrix, normWeight, table, transposed } from './spec.ts'

const count = (n: number) => Float32Array.from({ length: n }, (_, i) => i + 1)

/** A table of f32 tensors that hold 1, 2, 3, … */
async function tableOf(shapes: Record<string, number[]>): Promise<TensorTable> {
  const tensors = Object.entries(shapes).map(([key, shape]) => {
    const values = count(shape.reduce((n, d) => n * d, 1))
    return { key, dtype: 'F32' as const, shape, bytes: new Uint8Array(values.buffer) }
  })
  const parts = writeSafetensors(tensors)
  const file = new Uint8Array(await new Blob(parts).arrayBuffer())
  return { name: 'made', tensors: await openSafetensors(memorySource(new Map([['f', file]])), 'f') }
}

const valuesOf = async (engine: Engine, x: Parameters<Engine['read']>[0]) => [
  ...(await engine.read(x)),
]

describe('loadParameters', () => {
  test('keeps the tree and leaves what is as stored alone', async () => {
    const engine = createReferenceEngine()
    const tree = {
      a: [linearLayer(2, 3), undefined] as const,
      norm: { 0: { gamma: normWeight(4) } },
    }
    const stored = await tableOf({
      'a.0.weight': [2, 3],
      'a.0.bias': [2],
      'norm.0.gamma': [4, 1, 1],
      other: [9],
    })
    const p = await loadParameters(engine, tree, { table: stored })
    expect(p.a[0].weight.shape).toEqual([2, 3])
    expect(p.a[1]).toBeUndefined()
    expect(await valuesOf(engine, p.a[0].weight)).toEqual([1, 2, 3, 4, 5, 6])
    expect(p.norm[0].gamma.shape).toEqual([4])
  })

  test('puts the channels of kernels last and keeps the last tap in time', async () => {
    const engine = createReferenceEngine()
    const sizes = { outputs: 2, inputs: 3, size: 2 }
    const flat = await tableOf({ weight: [2, 3, 2, 2], bias: [2] })
    const p = await loadParameters(engine, convLayer(sizes), { table: flat })
    expect(p.weight.shape).toEqual([2, 2, 2, 3])
    // [o, i, y, x] holds 1 + 12 o + 4 i + 2 y + x
    expect((await valuesOf(engine, p.weight)).slice(0, 6)).toEqual([1, 5, 9, 2, 6, 10])
    const causal = await tableOf({ weight: [2, 3, 3, 2, 2], bias: [2] })
    const last = await loadParameters(engine, convLayer(sizes), { table: causal })
    // [o, i, t, y, x] holds 1 + 36 o + 12 i + 4 t + 2 y + x; t = 2
    expect((await valuesOf(engine, last.weight)).slice(0, 6)).toEqual([9, 21, 33, 10, 22, 34])
    const cut = await tableOf({ weight: [2, 3, 1, 2, 2], bias: [2] })
    const same = await loadParameters(engine, convLayer(sizes), { table: cut })
    expect(await valuesOf(engine, same.weight)).toEqual(await valuesOf(engine, p.weight))
  })

  test('makes kernels of one pixel matrices, transposes, multiplies by factors', async () => {
    const engine = createReferenceEngine()
    const tree = {
      one: convLayer({ outputs: 2, inputs: 3, size: 1 }, { rowFactors: 'rows' }),
      turned: transposed(2, 3),
      small: matrix(1, 2, { factor: 0.25 }),
    }
    const shapes = {
      'one.weight': [2, 3, 1, 1, 1],
      'one.bias': [2],
      rows: [2],
      turned: [2, 3],
      small: [1, 2],
    }
    const p = await loadParameters(engine, tree, { table: await tableOf(shapes) })
    expect(p.one.weight.shape).toEqual([2, 3])
    expect(await valuesOf(engine, p.one.weight)).toEqual([1, 2, 3, 8, 10, 12])
    expect(await valuesOf(engine, p.one.bias)).toEqual([1, 4])
    expect(p.turned.shape).toEqual([3, 2])
    expect(await valuesOf(engine, p.turned)).toEqual([1, 4, 2, 5, 3, 6])
    expect(await valuesOf(engine, p.small)).toEqual([0.25, 0.5])
  })

  test('names the key that is missing or has another shape, and reads nothing', async () => {
    const engine = createReferenceEngine()
    const load = async (shapes: Record<string, number[]>) =>
      loadParameters(engine, { layer: linearLayer(2, 3) }, { table: await tableOf(shapes) })
    await expect(load({ 'layer.weight': [2, 3] })).rejects.toMatchObject({
      code: 'weights/missing-key',
      message: expect.stringContaining("'layer.bias'") as string,
    })
    await expect(load({ 'layer.weight': [3, 2], 'layer.bias': [2] })).rejects.toMatchObject({
      code: 'weights/shape',
      message: expect.stringContaining("'layer.weight': expected [2,3], got [3,2]") as string,
    })
    const kernel = { weight: [2, 3, 2, 3, 3], bias: [2] } // two taps
    const sizes = { outputs: 2, inputs: 3, size: 3 }
    const failed = loadParameters(engine, convLayer(sizes), { table: await tableOf(kernel) })
    await expect(failed).rejects.toMatchObject({ code: 'weights/shape' })
    const noFactors = await tableOf({ weight: [2, 3, 3, 3], bias: [2] })
    const tree = convLayer(sizes, { rowFactors: 'rows' })
    await expect(loadParameters(engine, tree, { table: noFactors })).rejects.toMatchObject({
      message: expect.stringContaining("'rows'") as string,
    })
    expect(engine.memory.liveBuffers).toBe(0)
  })

  test('tells its progress; a stop frees what was loaded', async () => {
    const engine = createReferenceEngine()
    const { configs, reconDecoder } = tinyCheckpoint
    const tree = reconDecoderParameters(reconDecoderConfig(wanVaeConfig(configs.vae), 16))
    const steps: [number, number][] = []
    const abort = new AbortController()
    const onProgress = (done: number, total: number) => {
      steps.push([done, total])
      if (steps.length === 5) abort.abort(new Error('enough'))
    }
    const stopped = loadParameters(engine, tree, {
      table: reconDecoder,
      signal: abort.signal,
      onProgress,
    })
    await expect(stopped).rejects.toThrow('enough')
    expect(steps).toHaveLength(5)
    expect(engine.memory.liveBuffers).toBe(0)
    await loadParameters(engine, tree, {
      table: reconDecoder,
      onProgress: (...step) => void steps.push(step),
    })
    expect(steps.at(-1)).toEqual([parameterBytes(engine, tree), parameterBytes(engine, tree)])
    expect(engine.memory.liveBytes).toBe(parameterBytes(engine, tree))
  })
})

test('an engine in f16 gets matrices as f16 and vectors as f32', async () => {
  const uploads: string[] = []
  const engine = withParts(createReferenceEngine(), (plain) => ({
    half: 'f16',
    upload(data, shape, dtype) {
      uploads.push(`${data.constructor.name} [${data}] as ${dtype}`)
      return plain.upload(data, shape, dtype)
    },
  }))
  const tree = {
    ...convLayer({ outputs: 2, inputs: 2, size: 1 }),
    plain: matrix(1, 3),
    table: table([2]),
  }
  const stored = await tableOf({ weight: [2, 2, 1, 1], bias: [2], plain: [1, 3], table: [1, 2] })
  await loadParameters(engine, tree, { table: stored })
  expect(uploads).toEqual([
    'Float16Array [1,2,3,4] as f16',
    'Float32Array [1,2] as f32',
    'Float16Array [1,2,3] as f16',
    'Float32Array [1,2] as f32',
  ])
})
