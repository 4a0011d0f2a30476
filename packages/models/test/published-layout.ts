/** A model of seeded numbers in the very files that are published, of any size: written piece by piece. */
import { crc32 } from 'node:zlib'
import { createNoise } from '@flashworld/engine'
import { describeNetworks } from '../src/networks.ts'
import type { ParameterSpec, ParameterTree } from '../src/parameters/spec.ts'
import { parameterSpecs } from '../src/parameters/spec.ts'
import {
  archiveSegments,
  join,
  op,
  pickledDict,
  pickledTensor,
  type FixtureEntry,
} from '../src/weights/fixtures.ts'
import type { ModelConfigs } from '../src/weights/model-files.ts'
import { elementCount } from '../src/weights/tensor.ts'
import { safetensorsHeader } from '../src/weights/write-safetensors.ts'

export interface LayoutFile {
  readonly path: string
  chunks(): Iterable<Uint8Array<ArrayBuffer>>
}

export interface LayoutOptions {
  readonly configs: ModelConfigs
  readonly features: number
  readonly seed: number
  /** Of the text encoder's files. */
  readonly shardBytes?: number
}

interface StoredTensor {
  readonly key: string
  readonly shape: readonly number[]
  readonly random: ParameterSpec['random']
  /** Another tensor that has the same numbers. */
  readonly tiedTo?: string
}

/** `model.ckpt` as `torch.save` writes it, and of the hub's folders all but the tokenizer. */
export function publishedLayout(options: LayoutOptions): LayoutFile[] {
  const { configs, features, seed, shardBytes = Infinity } = options
  const { trees, configs: sizes } = describeNetworks(configs, features)
  const numbers = randomNumbers(seed)
  const { vocabulary, width } = sizes.textEncoder
  const embedding = { shape: [vocabulary, width], random: { mean: 0, std: 1 } }
  const text: StoredTensor[] = [
    { key: 'shared.weight', ...embedding },
    { key: 'encoder.embed_tokens.weight', ...embedding, tiedTo: 'shared.weight' },
    ...storedTensors(trees.textEncoder, 0),
  ]
  const json = (path: string, content: unknown): LayoutFile => ({
    path,
    chunks: () => [new TextEncoder().encode(JSON.stringify(content))],
  })
  return [
    json('text_encoder/config.json', configs.textEncoder),
    json('vae/config.json', configs.vae),
    json('transformer/config.json', configs.transformer),
    ...shards('text_encoder/model', text, shardBytes, numbers),
    safetensors('vae/diffusion_pytorch_model.safetensors', storedTensors(trees.vae, 3), numbers),
    {
      path: 'model.ckpt',
      chunks: () =>
        torchArchive(
          {
            transformer: storedTensors(trees.transformer, 1),
            recon_decoder: [
              ...storedTensors(trees.reconDecoder, 1),
              {
                key: 'gs_head.lrs_mul',
                shape: trees.reconDecoder.gs_head.gs_proj.bias.stored,
                random: { mean: 1, std: 0.3 },
              },
            ],
          },
          numbers,
        ),
    },
  ]
}

/**
 * What a checkpoint has of a network, in the published shapes.
 * @param taps entries of a kernel's axis of time; 0 for networks without kernels
 */
export function storedTensors(tree: ParameterTree, taps: number): StoredTensor[] {
  return [...parameterSpecs(tree)]
    .filter(([, { balance }]) => balance?.part !== 'factors')
    .map(([key, { stored, layout, random }]) => ({
      key,
      shape: layout === 'kernel' ? kernelShape(key, stored, taps) : vectorShape(key, stored),
      random,
    }))
}

/** Convolutions of pictures, unlike those of films, have no axis of time. */
function kernelShape(key: string, stored: readonly number[], taps: number): readonly number[] {
  if (/resample|attentions|gs_proj/.test(key)) return stored
  return stored.toSpliced(2, 0, stored[2] === 3 ? taps : 1)
}

/** Norms of the VAE and the transformer's tables of shifts and scales have axes of one that nothing here needs. */
function vectorShape(key: string, stored: readonly number[]): readonly number[] {
  if (key.endsWith('scale_shift_table')) return [1, ...stored]
  if (!key.endsWith('.gamma')) return stored
  return key.includes('attentions') ? [...stored, 1, 1] : [...stored, 1, 1, 1]
}

type Numbers = (tensor: StoredTensor) => Iterable<Uint8Array<ArrayBuffer>>

/** A prime, so that rows which read the pool round and round begin at other places of it. */
const poolSize = 1_048_573

/** Windows of one pool of normal numbers: another place of it for each key. */
function randomNumbers(seed: number): Numbers {
  const normal = createNoise(seed).normal(poolSize)
  const pools = new Map<string, Float32Array<ArrayBuffer>>()
  return function* ({ key, tiedTo = key, shape, random: { mean, std } }) {
    const scaled = (numbers: Float32Array) => Float32Array.from(numbers, (v) => mean + std * v)
    const name = `${mean} ${std}`
    const size = elementCount(shape)
    // what large tensors read again and again is kept
    if (size >= poolSize && !pools.has(name)) pools.set(name, scaled(normal))
    let offset = crc32(tiedTo) % poolSize
    for (let left = size; left > 0;) {
      const [start, end] = [offset, offset + left]
      const window = pools.get(name)?.subarray(start, end) ?? scaled(normal.subarray(start, end))
      yield new Uint8Array(window.buffer, window.byteOffset, window.byteLength)
      left -= window.length
      offset = 0
    }
  }
}

function shards(
  path: string,
  tensors: readonly StoredTensor[],
  shardBytes: number,
  numbers: Numbers,
): LayoutFile[] {
  const groups: StoredTensor[][] = []
  let bytes = Infinity
  for (const tensor of tensors) {
    const size = elementCount(tensor.shape) * 4
    if (bytes + size > shardBytes) {
      groups.push([])
      bytes = 0
    }
    groups.at(-1)!.push(tensor)
    bytes += size
  }
  if (groups.length === 1) return [safetensors(`${path}.safetensors`, tensors, numbers)]
  const five = (n: number) => String(n).padStart(5, '0')
  const names = groups.map((_, i) => `${path}-${five(i + 1)}-of-${five(groups.length)}.safetensors`)
  const weightMap = Object.fromEntries(
    groups.flatMap((group, i) => group.map(({ key }) => [key, names[i]!.split('/').at(-1)!])),
  )
  const index = new TextEncoder().encode(JSON.stringify({ metadata: {}, weight_map: weightMap }))
  return [
    ...groups.map((group, i) => safetensors(names[i]!, group, numbers)),
    { path: `${path}.safetensors.index.json`, chunks: () => [index] },
  ]
}

const safetensors = (
  path: string,
  tensors: readonly StoredTensor[],
  numbers: Numbers,
): LayoutFile => ({
  path,
  *chunks() {
    yield safetensorsHeader(tensors.map(({ key, shape }) => ({ key, shape, dtype: 'F32' })))
    for (const tensor of tensors) yield* numbers(tensor)
  },
})

function* torchArchive(
  dicts: Record<string, readonly StoredTensor[]>,
  numbers: Numbers,
): Generator<Uint8Array<ArrayBuffer>> {
  const tensors = Object.values(dicts).flat()
  const storages = new Map(tensors.map((tensor, i) => [tensor, String(i)]))
  const pickled = Object.entries(dicts).map(([name, own]) => {
    const items = own.map((tensor) => {
      const { key, shape } = tensor
      const strides = shape.map((_, axis) => elementCount(shape.slice(axis + 1)))
      const count = elementCount(shape)
      return [
        key,
        pickledTensor({ storage: storages.get(tensor)!, count, shape, strides }),
      ] as const
    })
    return [name, pickledDict(Object.fromEntries(items))] as const
  })
  const pickle = join(op.proto, pickledDict(Object.fromEntries(pickled)), op.stop)
  const entries: FixtureEntry[] = [
    { name: 'archive/data.pkl', bytes: pickle },
    { name: 'archive/byteorder', bytes: new TextEncoder().encode('little') },
    ...tensors.map((tensor): FixtureEntry => {
      let crc = 0
      for (const chunk of numbers(tensor)) crc = crc32(chunk, crc)
      const name = `archive/data/${storages.get(tensor)!}`
      return { name, hollow: elementCount(tensor.shape) * 4, crc }
    }),
    { name: 'archive/version', bytes: new TextEncoder().encode('3\n') },
  ]
  // the hollow entries are in the order of the tensors: each gap is one's numbers
  let at = 0
  const rest = [...tensors]
  for (const { at: start, bytes } of archiveSegments(entries)) {
    while (at < start) {
      for (const chunk of numbers(rest.shift()!)) {
        yield chunk
        at += chunk.byteLength
      }
    }
    yield new Uint8Array(bytes)
    at += bytes.byteLength
  }
}
