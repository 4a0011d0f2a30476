/** What a conversion will write, known before a number is read: files, tensors, sizes. */
import { describeNetworks } from '../networks.ts'
import { findParameters } from '../parameters/load.ts'
import { parameterLayout } from '../parameters/layout.ts'
import { parameterSpecs } from '../parameters/spec.ts'
import { embeddingEntry } from '../umt5/embedding.ts'
import { featureChannels } from '../wan-transformer/config.ts'
import type { Checkpoint, ModelConfigs, Network } from '../weights/model-files.ts'
import { networks } from '../weights/model-files.ts'
import { WeightsError } from '../weights/errors.ts'
import { dtypeBytes, rowLayout, type TensorEntry } from '../weights/tensor.ts'
import { safetensorsHeader, tensorBytes, type TensorHeader } from '../weights/write-safetensors.ts'
import type { StoredPrecision } from './manifest.ts'
import { networkFolders } from './open.ts'
import { pieceKey } from './pieces.ts'
import { headersOf, numbersOf, storedType } from './stored-parameter.ts'

export interface PlanOptions {
  readonly precision: StoredPrecision
  /** Files have no more, unless one tensor has. */
  readonly fileBytes: number
}

/** One file of safetensors. */
export interface PlannedFile {
  /** Within the folder. */
  readonly path: string
  readonly bytes: number
  /** What it begins with. */
  readonly head: Uint8Array<ArrayBuffer>
  /** What makes the rest, in order: each the numbers of one parameter, or of some rows. */
  readonly makers: readonly Maker[]
}

/** Makes some tensors' numbers. @throws WeightsError; what reading throws */
export type Maker = () => Promise<readonly ArrayBufferView<ArrayBuffer>[]>

export interface ConversionPlan {
  readonly files: readonly PlannedFile[]
  readonly layouts: Readonly<Record<Network, string>>
}

/** Tensors that stay together, and what makes their bytes, in order. */
interface Part {
  readonly headers: readonly TensorHeader[]
  readonly make: readonly Maker[]
}

/** Bytes of an embedding that are read at once. */
const embeddingChunk = 32 * 2 ** 20

/**
 * Plans the conversion of a published checkpoint: of each network the parameters that run, as an engine takes them, in
 * the order in which they are loaded; of the text encoder the token embedding besides, as it was published.
 * @throws WeightsError when something is missing, not of the expected shape, or converted already
 */
export function planConversion(
  checkpoint: Checkpoint,
  { precision, fileBytes }: PlanOptions,
): ConversionPlan {
  const { configs, transformer } = checkpoint
  if (transformer.layout !== undefined) {
    throw new WeightsError(
      'weights/manifest',
      `${checkpoint.source.name}: expected published files, got a converted model`,
    )
  }
  const described = describeNetworks(configs, featureChannels(configs.transformer, transformer))
  const files = networks.flatMap((network) => {
    const parts = networkParts(checkpoint, network, described, precision)
    if (network === 'textEncoder') {
      const entry = embeddingEntry(checkpoint.textEncoder, described.configs.textEncoder)
      parts.unshift(...embeddingParts(entry, fileBytes))
    }
    return packed(networkFolders[network], parts, fileBytes)
  })
  const layouts = Object.fromEntries(
    networks.map((network) => [network, parameterLayout(described.trees[network])]),
  ) as ConversionPlan['layouts']
  return { files, layouts }
}

/** What a conversion writes, by the sizes alone: bytes of tensors, the embedding's as they are published (f32). */
export function convertedBytes(
  configs: ModelConfigs,
  features: number,
  precision: StoredPrecision,
): number {
  const { trees, configs: sizes } = describeNetworks(configs, features)
  const { vocabulary, width } = sizes.textEncoder
  const headers = networks.flatMap((network) =>
    [...parameterSpecs(trees[network])].flatMap(([key, spec]) =>
      headersOf({ key, spec, dtype: storedType(spec, precision, network === 'transformer') }),
    ),
  )
  return headers.reduce((sum, header) => sum + tensorBytes(header), vocabulary * width * 4)
}

function networkParts(
  checkpoint: Checkpoint,
  network: Network,
  { trees }: ReturnType<typeof describeNetworks>,
  precision: StoredPrecision,
): Part[] {
  const table = checkpoint[network]
  const entries = findParameters(table, trees[network])
  return [...parameterSpecs(trees[network])].map(([key, spec]) => {
    const dtype = storedType(spec, precision, network === 'transformer')
    const source = { key, spec, table, entry: entries.get(key)!, dtype }
    return { headers: headersOf(source), make: [() => numbersOf(source)] }
  })
}

/** An embedding is read row by row and never loaded: it stays as it was published, in pieces where it is large. */
function embeddingParts(entry: TensorEntry, fileBytes: number): Part[] {
  const { key, dtype, shape, scale } = entry
  const { rows, rowSize } = rowLayout(shape)
  const rowBytes = rowSize * dtypeBytes[dtype]
  if (scale) {
    const scaleHeader = { key: `${key}.scale`, dtype: scale.dtype, shape: scale.shape }
    return [
      {
        headers: [{ key, dtype, shape }, scaleHeader],
        make: [async () => [await bytesOf(entry, 0, rows)], async () => [await bytesOf(scale)]],
      },
    ]
  }
  return ranges(rows, Math.max(1, Math.floor(fileBytes / rowBytes))).map(
    ([start, end], _, all) => ({
      headers: [
        {
          key: all.length === 1 ? key : pieceKey(key, start, end),
          dtype,
          shape: [end - start, rowSize],
        },
      ],
      make: ranges(end - start, Math.max(1, Math.floor(embeddingChunk / rowBytes))).map(
        ([from, to]) =>
          async () => [await bytesOf(entry, start + from, start + to)],
      ),
    }),
  )
}

const bytesOf = async (entry: TensorEntry, start?: number, end?: number) =>
  new Uint8Array(await entry.read(start, end))

/** `[0, count)` in ranges of at most `most`. */
const ranges = (count: number, most: number): [number, number][] =>
  Array.from({ length: Math.ceil(count / most) }, (_, i) => [
    i * most,
    Math.min(count, (i + 1) * most),
  ])

/** Parts in files, in order. */
function packed(folder: string, parts: readonly Part[], fileBytes: number): PlannedFile[] {
  const groups: Part[][] = []
  let bytes = Infinity
  for (const part of parts) {
    const size = part.headers.reduce((sum, header) => sum + tensorBytes(header), 0)
    if (bytes + size > fileBytes) {
      groups.push([])
      bytes = 0
    }
    groups.at(-1)!.push(part)
    bytes += size
  }
  const number = (i: number) => String(i).padStart(5, '0')
  return groups.map((group, i) =>
    plannedFile(`${folder}/model-${number(i + 1)}-of-${number(groups.length)}.safetensors`, group),
  )
}

function plannedFile(path: string, parts: readonly Part[]): PlannedFile {
  const headers = parts.flatMap(({ headers }) => headers)
  const head = safetensorsHeader(headers)
  return {
    path,
    bytes: headers.reduce((sum, header) => sum + tensorBytes(header), head.byteLength),
    head,
    makers: parts.flatMap(({ make }) => make),
  }
}

/**
 * A file's bytes, in order, while the next `ahead` are being made.
 * @param file the makers are its own, or what has them run elsewhere
 */
export async function* fileChunks(
  file: Pick<PlannedFile, 'head' | 'makers'>,
  ahead = 1,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  yield file.head
  const waiting: ReturnType<Maker>[] = []
  const rest = [...file.makers]
  const begin = () => {
    const made = rest.shift()?.()
    made?.catch(() => {}) // whoever awaits it sees the failure
    if (made) waiting.push(made)
  }
  while (waiting.length < ahead && rest.length) begin()
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const numbers = await next
    begin()
    for (const { buffer, byteOffset, byteLength } of numbers)
      yield new Uint8Array(buffer, byteOffset, byteLength)
  }
}
