/**
 * Reader of safetensors: 8 bytes of header length, a JSON header, then the tensors' bytes.
 * As strict as the format: every byte of the file belongs to exactly one tensor.
 */
import { WeightsError, type WeightsErrorCode } from './errors.ts'
import { readExact, readSmallFile, requireSize, type WeightSource } from './source.ts'
import { parseStrictJson, type StrictJson, type StrictObject } from './strict-json.ts'
import { checkRows, dtypeBytes, rowLayout, type DType, type TensorEntry } from './tensor.ts'

/** The format allows 100 MB; that much JSON can take gigabytes once parsed, and a large model has 100 kB. */
const headerBytesCap = 16 * 2 ** 20
const maxRank = 16
const maxShards = 1000

/** Where one tensor lies, counted from the end of the header. */
export interface TensorSpan {
  readonly key: string
  readonly dtype: DType
  readonly shape: readonly number[]
  readonly begin: number
  readonly end: number
}

/**
 * Reads the header of one file.
 * @returns its tensors by key, unread.
 * @throws WeightsError `weights/missing-file|truncated|header|offsets|dtype|shape`
 */
export async function openSafetensors(
  source: WeightSource,
  path: string,
): Promise<Map<string, TensorEntry>> {
  const size = await requireSize(source, path)
  if (size < 8) refuse(path, 'weights/truncated', `expected at least 8 bytes, got ${size}`)
  const lengthBytes = await readExact(source, { path, start: 0, end: 8 })
  const length = viewOf(lengthBytes).getBigUint64(0, true)
  if (length > headerBytesCap)
    refuse(path, 'weights/header', `header of ${length} bytes is too long`)
  const dataStart = 8 + Number(length)
  if (dataStart > size) {
    refuse(path, 'weights/truncated', `header ends at ${dataStart}, the file at ${size}`)
  }
  const header = await readExact(source, { path, start: 8, end: dataStart })
  const spans = parseSafetensorsHeader(path, header, size - dataStart)
  return new Map(spans.map((span) => [span.key, entryOf(source, { path, dataStart, span })]))
}

/**
 * Reads the headers of all files of an index (`*.safetensors.index.json`).
 * @throws WeightsError as openSafetensors does; also `weights/missing-key`, `weights/json`
 */
export async function openShardedSafetensors(
  source: WeightSource,
  indexPath: string,
): Promise<Map<string, TensorEntry>> {
  const weightMap = await readWeightMap(source, indexPath)
  const folder = indexPath.slice(0, indexPath.lastIndexOf('/') + 1)
  const names = [...new Set(weightMap.values())]
  if (names.length > maxShards) refuse(indexPath, 'weights/header', `${names.length} files`)
  const opened = await Promise.all(
    names.map(async (name) => [name, await openSafetensors(source, folder + name)] as const),
  )
  const shards = new Map(opened)
  const tensors = new Map<string, TensorEntry>()
  for (const [key, shard] of weightMap) {
    const entry = shards.get(shard)?.get(key)
    if (!entry) {
      throw new WeightsError('weights/missing-key', `${folder}${shard}: no tensor '${key}'`)
    }
    tensors.set(key, entry)
  }
  return tensors
}

/**
 * Checks a header against the number of data bytes behind it.
 * @returns the spans in the order of the data.
 * @throws WeightsError `weights/header|offsets|dtype|shape`
 */
export function parseSafetensorsHeader(
  path: string,
  header: Uint8Array,
  dataBytes: number,
): TensorSpan[] {
  if (header[0] !== 0x7b) refuse(path, 'weights/header', "expected '{' at its start")
  const object = parseObject(path, header, 'weights/header')
  checkMetadata(path, object)
  const spans = [...object]
    .filter(([key]) => key !== '__metadata__')
    .map(([key, value]) => parseSpan(path, key, value))
  spans.sort((a, b) => a.begin - b.begin || a.end - b.end)
  let expected = 0
  for (const span of spans) {
    if (span.begin !== expected) {
      refuse(path, 'weights/offsets', `'${span.key}' begins at ${span.begin}, expected ${expected}`)
    }
    expected = span.end
  }
  if (expected !== dataBytes) {
    const code = expected > dataBytes ? 'weights/truncated' : 'weights/offsets'
    refuse(path, code, `tensors take ${expected} bytes, the file has ${dataBytes}`)
  }
  return spans
}

function parseSpan(path: string, key: string, value: StrictJson): TensorSpan {
  if (!(value instanceof Map)) return refuse(path, 'weights/header', `'${key}': expected an object`)
  const dtype = value.get('dtype')
  const shape = value.get('shape')
  const offsets = value.get('data_offsets')
  if (value.size !== 3 || !isCounts(shape) || !isCounts(offsets) || offsets.length !== 2) {
    return refuse(path, 'weights/header', `'${key}': expected dtype, shape and two data_offsets`)
  }
  if (typeof dtype !== 'string' || !Object.hasOwn(dtypeBytes, dtype)) {
    const known = Object.keys(dtypeBytes).join(', ')
    return refuse(path, 'weights/dtype', `'${key}': expected dtype ${known}, got ${String(dtype)}`)
  }
  if (shape.length > maxRank)
    refuse(path, 'weights/shape', `'${key}': rank ${shape.length} is too high`)
  const [begin, end] = offsets as [bigint, bigint]
  // Exact, since all factors are bigints: nothing can wrap.
  const bytes = shape.reduce((product, size) => product * size, BigInt(dtypeBytes[dtype as DType]))
  if (begin > end || end > BigInt(Number.MAX_SAFE_INTEGER)) {
    refuse(path, 'weights/offsets', `'${key}': data_offsets ${begin}, ${end}`)
  }
  if (end - begin !== bytes || shape.some((size) => size > BigInt(Number.MAX_SAFE_INTEGER))) {
    refuse(path, 'weights/shape', `'${key}': ${dtype} [${shape}] is not of ${end - begin} bytes`)
  }
  return {
    key,
    dtype: dtype as DType,
    shape: shape.map(Number),
    begin: Number(begin),
    end: Number(end),
  }
}

function isCounts(value: StrictJson | undefined): value is bigint[] {
  return Array.isArray(value) && value.every((n) => typeof n === 'bigint' && n >= 0n)
}

function checkMetadata(path: string, header: StrictObject): void {
  const metadata = header.get('__metadata__')
  if (metadata === undefined) return
  if (metadata instanceof Map && [...metadata.values()].every((v) => typeof v === 'string')) return
  refuse(path, 'weights/header', '__metadata__: expected strings')
}

async function readWeightMap(source: WeightSource, path: string): Promise<Map<string, string>> {
  const weightMap = parseObject(path, await readSmallFile(source, path), 'weights/json').get(
    'weight_map',
  )
  if (!(weightMap instanceof Map) || weightMap.size === 0) {
    return refuse(path, 'weights/header', 'expected a weight_map')
  }
  for (const shard of weightMap.values()) {
    // A plain file name: a shard lies beside its index and nowhere else.
    if (typeof shard !== 'string' || !/^\w[\w.-]*\.safetensors$/.test(shard)) {
      refuse(path, 'weights/header', `expected names of safetensors files, got '${String(shard)}'`)
    }
  }
  return weightMap as Map<string, string>
}

function parseObject(path: string, bytes: Uint8Array, code: WeightsErrorCode): StrictObject {
  if (bytes.byteLength > headerBytesCap) refuse(path, code, `${bytes.byteLength} bytes are too long`)
  let value: StrictJson
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
    value = parseStrictJson(decoder.decode(bytes))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new WeightsError(code, `${path}: ${reason}`, { cause })
  }
  return value instanceof Map ? value : refuse(path, code, 'expected an object')
}

interface Placed {
  path: string
  dataStart: number
  span: TensorSpan
}

function entryOf(source: WeightSource, { path, dataStart, span }: Placed): TensorEntry {
  const { key, dtype, shape, begin } = span
  const { rows, rowSize } = rowLayout(shape)
  const rowBytes = rowSize * dtypeBytes[dtype]
  return {
    key,
    file: path,
    dtype,
    shape,
    read(start = 0, end = rows) {
      checkRows(key, rows, [start, end])
      const base = dataStart + begin
      return readExact(source, { path, start: base + start * rowBytes, end: base + end * rowBytes })
    },
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function refuse(path: string, code: WeightsErrorCode, message: string): never {
  throw new WeightsError(code, `${path}: ${message}`)
}
