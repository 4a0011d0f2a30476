/** Small writers of weight files, whole or damaged, for the tests. */
import { crc32 } from './crc32.ts'
import type { WeightSource } from './source.ts'

export const text = (value: string) => new TextEncoder().encode(value)

export function join(...parts: (Uint8Array | readonly number[])[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

export function little(value: number | bigint, bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, i) =>
    Number((BigInt(value) >> BigInt(8 * i)) & 255n),
  )
}

/** A safetensors file of a header's text and data, with a true or a false header length. */
export function safetensorsFile(
  header: string | Uint8Array,
  data: Uint8Array | number = 0,
  declared?: bigint,
): Uint8Array {
  const head = typeof header === 'string' ? text(header) : header
  const body = typeof data === 'number' ? new Uint8Array(data) : data
  return join(little(declared ?? head.length, 8), head, body)
}

/** One entry of an archive; the optional fields lie about it. */
export interface FixtureEntry {
  name: string
  bytes?: Uint8Array
  /** Size of data that is not there but only counted, for archives of gigabytes. */
  hollow?: number
  flags?: number
  method?: number
  crc?: number
  /** Offset in the directory; by default where the entry is. */
  offset?: number
  /** Sizes in the directory. */
  size?: number
  compressed?: number
  local?: { name?: string; flags?: number; method?: number; crc?: number; size?: number }
  descriptor?: Uint8Array
  /** The zip64 field in the directory. */
  extra?: Uint8Array
}

/** Lies about the archive as a whole. */
export interface FixtureArchive {
  prefix?: Uint8Array
  suffix?: Uint8Array
  count?: number
  directoryBytes?: number
  directoryStart?: number
  /** Without the zip64 end record and its locator. */
  classic?: boolean
}

export interface Segment {
  at: number
  bytes: Uint8Array
}

const all32 = 0xffffffff

/** An archive as PyTorch writes them, as the segments that are not hollow. */
export function archiveSegments(
  entries: readonly FixtureEntry[],
  archive: FixtureArchive = {},
): Segment[] {
  const segments: Segment[] = []
  const directory: Uint8Array[] = []
  let at = 0
  const put = (bytes: Uint8Array) => {
    segments.push({ at, bytes })
    at += bytes.length
  }
  if (archive.prefix) put(archive.prefix)
  for (const entry of entries) {
    const { name, bytes = new Uint8Array(0), flags = 0x0808, method = 0, local = {} } = entry
    const size = entry.hollow ?? bytes.length
    const crc = entry.crc ?? crc32(bytes)
    const offset = at
    const isWide = size >= all32 || offset >= all32
    const localSize = little(local.size ?? 0, 4)
    put(
      join(
        little(0x04034b50, 4),
        [0, 0],
        little(local.flags ?? flags, 2),
        little(local.method ?? method, 2),
        [0, 0, 0, 0],
        little(local.crc ?? 0, 4),
        localSize,
        localSize,
        little((local.name ?? name).length, 2),
        little(8, 2),
        text(local.name ?? name),
        text('FB'),
        little(4, 2),
        text('ZZZZ'),
      ),
    )
    if (entry.hollow === undefined) put(bytes)
    else at += entry.hollow
    const wideSize = isWide ? 8 : 4
    put(
      entry.descriptor ??
        join(text('PK\x07\x08'), little(crc, 4), little(size, wideSize), little(size, wideSize)),
    )
    directory.push(centralRecord(entry, { flags, method, crc, size, offset }))
  }
  const start = at
  for (const record of directory) put(record)
  const count = archive.count ?? entries.length
  const bytes = archive.directoryBytes ?? at - start
  const directoryStart = archive.directoryStart ?? start
  if (!archive.classic) {
    const end64 = at
    const numbers = [0, count, count, bytes, directoryStart]
    put(join(text('PK\x06\x06'), little(44, 8), [0, 0, 0, 0], ...numbers.map((n) => little(n, 8))))
    put(join(text('PK\x06\x07'), little(0, 4), little(end64, 8), little(1, 4)))
  }
  const start32 = little(Math.min(directoryStart, all32), 4)
  const count16 = little(Math.min(count, 0xffff), 2)
  put(join(text('PK\x05\x06'), [0, 0, 0, 0], count16, count16, little(bytes, 4), start32, [0, 0]))
  if (archive.suffix) put(archive.suffix)
  return segments
}

interface True {
  flags: number
  method: number
  crc: number
  size: number
  offset: number
}

function centralRecord(entry: FixtureEntry, known: True): Uint8Array {
  const size = entry.size ?? known.size
  const compressed = entry.compressed ?? size
  const offset = entry.offset ?? known.offset
  const wide = [size, compressed, offset].filter((value) => value >= all32)
  const field = wide.length
    ? join(little(1, 2), little(8 * wide.length, 2), ...wide.map((value) => little(value, 8)))
    : new Uint8Array(0)
  const extra = entry.extra ?? field
  const clip = (value: number) => little(Math.min(value, all32), 4)
  return join(
    text('PK\x01\x02'),
    [0, 0, 0, 0],
    little(known.flags, 2),
    little(known.method, 2),
    [0, 0, 0, 0],
    little(known.crc, 4),
    clip(compressed),
    clip(size),
    little(entry.name.length, 2),
    little(extra.length, 2),
    [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    clip(offset),
    text(entry.name),
    extra,
  )
}

/** An archive of a few bytes, in one piece. */
export function archiveFile(
  entries: readonly FixtureEntry[],
  archive?: FixtureArchive,
): Uint8Array<ArrayBuffer> {
  return join(...archiveSegments(entries, archive).map((segment) => segment.bytes))
}

/** A source over one file of gigabytes whose gaps are zeros. */
export function sparseSource(path: string, segments: readonly Segment[]): WeightSource {
  const last = segments.at(-1)!
  const size = last.at + last.bytes.length
  return {
    name: 'sparse',
    size: (p) => Promise.resolve(p === path ? size : undefined),
    read(_, start, end) {
      const out = new Uint8Array(Math.min(end, size) - start)
      for (const { at, bytes } of segments) {
        const from = Math.max(start, at)
        const to = Math.min(end, at + bytes.length)
        if (from < to) out.set(bytes.subarray(from - at, to - at), from - start)
      }
      return Promise.resolve(out)
    },
  }
}

/** Opcodes of pickles, by what they push. */
export const op = {
  proto: [0x80, 2],
  stop: [0x2e],
  mark: [0x28],
  dict: [0x7d],
  setItems: [0x75],
  reduce: [0x52],
  str: (value: string) => join([0x58], little(text(value).length, 4), text(value)),
  int: (value: number) => join([0x8a, 8], little(value, 8)),
  global: (module: string, name: string) => join([0x63], text(`${module}\n${name}\n`)),
  tuple: (...items: Bytes[]) => join([0x28], ...items, [0x74]),
}
type Bytes = Uint8Array | readonly number[]

/** What a pickled tensor says of itself. */
export interface FixtureTensor {
  type?: string
  storage?: string
  count: number
  offset?: number
  shape: readonly number[]
  strides: readonly number[]
}

export function pickledTensor(tensor: FixtureTensor): Uint8Array {
  const { type = 'FloatStorage', storage = '0', count, offset = 0, shape, strides } = tensor
  const id = op.tuple(
    op.str('storage'),
    op.global('torch', type),
    op.str(storage),
    op.str('cpu'),
    op.int(count),
  )
  const hooks = join(op.global('collections', 'OrderedDict'), [0x29], op.reduce)
  const args = op.tuple(
    join(id, [0x51]),
    op.int(offset),
    op.tuple(...shape.map(op.int)),
    op.tuple(...strides.map(op.int)),
    [0x89],
    hooks,
  )
  return join(op.global('torch._utils', '_rebuild_tensor_v2'), args, op.reduce)
}

export function pickledDict(items: Record<string, Bytes>): Uint8Array {
  const pairs = Object.entries(items).map(([key, value]) => join(op.str(key), value))
  return join(op.dict, op.mark, ...pairs, op.setItems)
}

/** The pickle of `{ transformer: { w: value } }`. */
export function stateOf(value: Bytes): Uint8Array {
  return join(op.proto, pickledDict({ transformer: pickledDict({ w: value }) }), op.stop)
}
