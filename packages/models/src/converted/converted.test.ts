import type { Engine, Tensor } from '@flashworld/engine'
import {
  createReferenceEngine,
  createWasmEngine,
  createWebGpuEngine,
  quantizeTurned,
  relativeError,
  restoreTurned,
} from '@flashworld/engine'
import { afterAll, describe, expect, test } from 'vitest'
import { testDevice } from '../../../engine/test/engines.ts'
import { pretend } from '../../../engine/test/pretend/device.ts'
import { tinyCheckpoint } from '../../test/golden.ts'
import { publishedLayout } from '../../test/published-layout.ts'
import { describeNetworks } from '../networks.ts'
import { loadParameters } from '../parameters/load.ts'
import { parameterLayout } from '../parameters/layout.ts'
import { parameterSpecs } from '../parameters/spec.ts'
import { embeddingEntry } from '../umt5/embedding.ts'
import { featureChannels } from '../wan-transformer/config.ts'
import { openCheckpoint } from '../weights/checkpoint.ts'
import { quantizeE4m3 } from '../weights/fp8.ts'
import { networks, type Checkpoint, type Network } from '../weights/model-files.ts'
import { toF32 } from '../weights/number-formats.ts'
import { readF32, readRows } from '../weights/read-tensor.ts'
import { openSafetensors } from '../weights/safetensors.ts'
import { memorySource } from '../weights/source.ts'
import type { TensorEntry, TensorTable } from '../weights/tensor.ts'
import { manifestPath, writeManifest, type StoredPrecision } from './manifest.ts'
import { fileChunks, planConversion } from './plan.ts'

/** Wide enough for rows to be turned, else as small as can be. */
const wideConfigs = {
  textEncoder: {
    vocab_size: 70,
    d_model: 128,
    d_kv: 32,
    d_ff: 256,
    num_layers: 1,
    num_heads: 2,
    relative_attention_num_buckets: 32,
    relative_attention_max_distance: 128,
    feed_forward_proj: 'gated-gelu',
    layer_norm_epsilon: 1e-6,
  },
  vae: {
    ...tinyCheckpoint.configs.vae,
  },
  transformer: {
    ...tinyCheckpoint.configs.transformer,
    num_attention_heads: 2,
    attention_head_dim: 64,
    text_dim: 128,
    ffn_dim: 384,
    num_layers: 1,
  },
}

let wide: Promise<Checkpoint> | undefined
const wideCheckpoint = () => (wide ??= makeWideCheckpoint())

async function makeWideCheckpoint(): Promise<Checkpoint> {
  const layout = publishedLayout({ configs: wideConfigs, features: 16, seed: 3, shardBytes: 2e5 })
  const files = await Promise.all(
    layout.map(async ({ path, chunks }) => {
      const bytes = await new Blob([...chunks()]).arrayBuffer()
      return [path, new Uint8Array(bytes)] as const
    }),
  )
  return openCheckpoint(memorySource(new Map(files)))
}

async function convertInMemory(
  checkpoint: Checkpoint,
  precision: StoredPrecision,
  fileBytes = 1e9,
): Promise<{ converted: Checkpoint; files: Map<string, Uint8Array> }> {
  const plan = planConversion(checkpoint, { precision, fileBytes })
  const files = new Map<string, Uint8Array>()
  for (const { path, bytes, ...file } of plan.files) {
    const parts = await Array.fromAsync(fileChunks(file))
    files.set(path, new Uint8Array(await new Blob(parts).arrayBuffer()))
    expect(files.get(path)!.byteLength).toBe(bytes)
  }
  const manifest = {
    name: 'made',
    precision,
    sources: [],
    layouts: plan.layouts,
    files: [...files].map(([path, { byteLength }]) => ({
      path,
      bytes: byteLength,
      sha256: '0'.repeat(64),
    })),
  }
  const text = (value: string) => new TextEncoder().encode(value)
  files.set(manifestPath, text(writeManifest(manifest)))
  files.set('text_encoder/config.json', text(JSON.stringify(checkpoint.configs.textEncoder)))
  files.set('vae/config.json', text(JSON.stringify(checkpoint.configs.vae)))
  files.set('transformer/config.json', text(JSON.stringify(checkpoint.configs.transformer)))
  return { converted: await openCheckpoint(memorySource(files)), files }
}

const described = ({ configs, transformer }: Checkpoint) =>
  describeNetworks(configs, featureChannels(configs.transformer, transformer))

interface OnEngine {
  readonly x: Pick<Tensor, 'shape' | 'dtype'>
  readonly values: Float32Array | Uint32Array
}

/** All parameters of all networks as an engine has them, by network and key. */
async function parametersOf(
  engine: Engine,
  checkpoint: Checkpoint,
  of: readonly Network[] = networks,
): Promise<Map<string, OnEngine>> {
  const all = new Map<string, OnEngine>()
  const { trees } = described(checkpoint)
  for (const network of of) {
    await engine.scope(async (engine) => {
      const params = await loadParameters(engine, trees[network], { table: checkpoint[network] })
      const visit = async (value: unknown, key: string): Promise<void> => {
        if (typeof value !== 'object' || value === null) return
        if ('storage' in value) {
          const x = value as Tensor
          const values = x.dtype === 'u32' ? await engine.readWords(x) : await engine.read(x)
          all.set(key, { x: { shape: x.shape, dtype: x.dtype }, values })
          return
        }
        for (const [name, inner] of Object.entries(value)) await visit(inner, `${key}.${name}`)
      }
      await visit(params, network)
    })
  }
  return all
}

const device = await testDevice()
const f16Device = device && pretend(device).device
type Case = [name: string, precision: StoredPrecision, create: () => Engine | Promise<Engine>]
const engines: Case[] = [
  ['reference', 'f32', createReferenceEngine],
  ['wasm', 'f32', () => createWasmEngine()],
  ['wasm', 'f16', () => createWasmEngine()],
]
if (device && f16Device) {
  engines.push(
    ['webgpu f16', 'f16', () => createWebGpuEngine(f16Device, { half: 'f16', bytes: false })],
    ['webgpu int8', 'int8', () => createWebGpuEngine(f16Device, { half: 'f16', bytes: true })],
    ['webgpu int8', 'f16', () => createWebGpuEngine(f16Device, { half: 'f16', bytes: true })],
    ['webgpu int8 without f16', 'int8', () => createWebGpuEngine(device, { bytes: true })],
  )
}

describe.each(engines)('on %s, a model converted to %s', (name, precision, create) => {
  const shared = Promise.resolve(create())
  afterAll(async () => (await shared).dispose())

  test.each([
    ['tiny', () => Promise.resolve(tinyCheckpoint)],
    ['with rows that are turned', wideCheckpoint],
  ])('%s, gives the parameters of the published files, bit for bit', async (_, open) => {
    const engine = await shared
    const checkpoint = await open()
    const { converted } = await convertInMemory(checkpoint, precision)
    // a software GPU is slow to read a thousand parameters; kernels are as on CPUs
    const of = engine.kind === 'webgpu' ? (['textEncoder', 'transformer'] as const) : networks
    const published = await parametersOf(engine, checkpoint, of)
    const got = await parametersOf(engine, converted, of)
    expect([...got.keys()]).toEqual([...published.keys()])
    const halves = halfKeys(checkpoint)
    let inBytes = 0
    for (const [key, { x, values }] of got) {
      const { x: like, values: exact } = published.get(key)!
      expect(x, key).toEqual(like)
      // an engine of f32 gets the numbers of the files' precision
      const isRounded = precision !== 'f32' && x.dtype !== 'u32' && halves.has(key)
      const expected = isRounded ? exact.map(Math.f16round) : exact
      expect(Buffer.compare(bytesOf(values), bytesOf(expected)), key).toBe(0)
      if (x.dtype === 'u32') inBytes++
    }
    expect(inBytes > 0).toBe(name.includes('int8') && checkpoint !== tinyCheckpoint)
  })
})

const bytesOf = ({ buffer }: Float32Array | Uint32Array) => new Uint8Array(buffer)

/** Parameters that an engine stores as half. */
function halfKeys(checkpoint: Checkpoint): Set<string> {
  const { trees } = described(checkpoint)
  return new Set(
    networks.flatMap((network) =>
      [...parameterSpecs(trees[network])]
        .filter(([, { storage }]) => storage === 'half')
        .map(([key]) => `${network}.${key}`),
    ),
  )
}

describe('a converted model', () => {
  test('on an engine without 8 bits, has of turned rows what they stand for', async () => {
    const engine = createReferenceEngine()
    const checkpoint = await wideCheckpoint()
    const { converted } = await convertInMemory(checkpoint, 'int8')
    const key = 'transformer.blocks.0.ffn.net.0.proj.weight'
    const published = (await parametersOf(engine, checkpoint)).get(key)!.values as Float32Array
    const got = (await parametersOf(engine, converted)).get(key)!.values as Float32Array
    const rounded = Float32Array.from(published, Math.f16round)
    expect(got).toEqual(restoreTurned(quantizeTurned(rounded, 128)))
    expect(relativeError(got, published)).toBeLessThan(0.01)
  })

  test("has the published code's 8-bit floats, with their scale, of the transformer's large layers", async () => {
    const engine = createReferenceEngine()
    const checkpoint = await wideCheckpoint()
    const { converted } = await convertInMemory(checkpoint, 'e4m3')
    const published = await parametersOf(engine, checkpoint)
    const got = await parametersOf(engine, converted)
    const key = 'transformer.blocks.0.attn1.to_q.weight'
    const exact = published.get(key)!.values as Float32Array
    const { codes, scale } = quantizeE4m3(exact)
    const table = toF32('F8_E4M3', codes)
    expect(got.get(key)!.values).toEqual(table.map((v) => v * scale))
    const wi = 'textEncoder.encoder.block.0.layer.1.DenseReluDense.wi_0.weight'
    expect(got.get(wi)!.values).toEqual(Float32Array.from(published.get(wi)!.values, Math.f16round))
  })

  test('keeps the token embedding as published, in pieces where it is large', async () => {
    const checkpoint = await wideCheckpoint()
    const { converted, files } = await convertInMemory(checkpoint, 'int8', 10_000)
    const { textEncoder } = described(checkpoint).configs
    const rowsOf = (table: TensorTable, ids: number[]) =>
      readRows(embeddingEntry(table, textEncoder), ids)
    const ids = [0, 18, 19, 20, 69]
    expect(await rowsOf(converted.textEncoder, ids)).toEqual(
      await rowsOf(checkpoint.textEncoder, ids),
    )
    const whole = (table: TensorTable) => readF32(embeddingEntry(table, textEncoder))
    expect(await whole(converted.textEncoder)).toEqual(await whole(checkpoint.textEncoder))
    // no more than was asked for, unless it is one tensor with its scales
    for (const [path, bytes] of files) {
      const tensors = await openFile(path, bytes)
      expect(tensors > 2 && bytes.byteLength > 10_000 + 4_000, path).toBe(false)
    }
  })

  test('that another version made is refused before anything is read', async () => {
    const { files } = await convertInMemory(tinyCheckpoint, 'f16')
    const text = new TextDecoder().decode(files.get(manifestPath))
    const layout = parameterLayout(described(tinyCheckpoint).trees.vae)
    files.set(manifestPath, new TextEncoder().encode(text.replace(layout, '00000000')))
    const converted = await openCheckpoint(memorySource(files))
    await expect(parametersOf(createReferenceEngine(), converted)).rejects.toMatchObject({
      code: 'weights/outdated',
    })
    files.set(manifestPath, new TextEncoder().encode(text.replace('"format": 1', '"format": 2')))
    await expect(openCheckpoint(memorySource(files))).rejects.toMatchObject({
      code: 'weights/outdated',
    })
  })

  test('is not converted again', async () => {
    const { converted } = await convertInMemory(tinyCheckpoint, 'f16')
    expect(() => planConversion(converted, { precision: 'int8', fileBytes: 1e9 })).toThrow(
      expect.objectContaining({ code: 'weights/manifest' }),
    )
  })

  test.each([
    ['beyond f16', 70_000, 'f16'],
    ['beyond f16, to be turned', 70_000, 'int8'],
    ['not a number', NaN, 'f32'],
    ['not a number, in 8-bit floats', NaN, 'e4m3'],
  ] as const)('never holds what is %s: the tensor is named', async (_, bad, precision) => {
    const checkpoint = await wideCheckpoint()
    const key = 'blocks.0.attn1.to_q.weight' // one that is balanced would come back within f16
    const { transformer } = checkpoint
    const entry = transformer.tensors.get(key)!
    const damaged: TensorEntry = {
      ...entry,
      async read(start, end) {
        const bytes = new Uint8Array(await entry.read(start, end))
        new Float32Array(bytes.buffer)[77] = bad
        return bytes
      },
    }
    const tensors = new Map(transformer.tensors).set(key, damaged)
    const made = convertInMemory(
      { ...checkpoint, transformer: { ...transformer, tensors } },
      precision,
    )
    await expect(made).rejects.toMatchObject({
      code: 'weights/not-finite',
      message: expect.stringContaining(`'${key}'`) as string,
    })
  })
})

async function openFile(path: string, bytes: Uint8Array): Promise<number> {
  if (!path.endsWith('.safetensors')) return 0
  return (await openSafetensors(memorySource(new Map([[path, bytes]])), path)).size
}
