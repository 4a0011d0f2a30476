/**
 * Reader of zip archives as PyTorch writes them: entries stored without compression, sizes in
 * data descriptors, zip64. The central directory is the truth; what stands beside an entry's
 * data must agree with it before a byte of the data is used. Anything else is refused: comments,
 * holes, prefixes, overlaps, encryption, compression.
 */
import { crc32 } from './crc32.ts'
import { WeightsError } from './errors.ts'
import { readExact, requireSize, type WeightSource } from './source.ts'

/** One stored file of an archive. */
export interface ZipEntry {
  readonly name: string
  readonly size: number
  /** The bytes `[start, end)` of its data. */
  read(start?: number, end?: number): Promise<Uint8Array>
  /** All of its data, checked against its CRC. */
  readChecked(): Promise<Uint8Array>
}

interface CentralRecord {
  readonly name: string
  readonly rawName: Uint8Array
  readonly flags: number
  readonly crc: number
  readonly size: number
  readonly offset: number
}

interface Directory {
  readonly start: number
  readonly end: number
  readonly count: number
}

const maxEntries = 100_000
const maxDirectoryBytes = 64 * 1024 * 1024
const all16 = 0xffff
const all32 = 0xffffffff
const flagDescriptor = 0x0008
const flagUtf8 = 0x0800
const signature = {
  local: 0x04034b50,
  central: 0x02014b50,
  descriptor: 0x08074b50,
  end: 0x06054b50,
  end64: 0x06064b50,
  locator64: 0x07064b50,
} as const

/**
 * Reads the directory of an archive.
 * @returns its entries by name, unread.
 * @throws WeightsError `weights/missing-file|truncated|zip`
 */
export async function openZip(source: WeightSource, path: string): Promise<Map<string, ZipEntry>> {
  const size = await requireSize(source, path)
  const directory = await findDirectory(source, path, size)
  const bytes = await readExact(source, { path, start: directory.start, end: directory.end })
  const records = parseDirectory(path, bytes, directory.count)
  if (records.length === 0) refuse(path, 'no entries')
  records.sort((a, b) => a.offset - b.offset)
  const entries = new Map<string, ZipEntry>()
  // Names that differ by case only would be one file on some disks.
  const foldedNames = new Set<string>()
  for (const [i, record] of records.entries()) {
    const limit = records[i + 1]?.offset ?? directory.start
    const least = record.offset + 30 + record.rawName.byteLength + record.size
    if (i === 0 && record.offset !== 0) refuse(path, 'bytes before the first entry')
    if (least > limit) refuse(path, `'${record.name}' overlaps what follows it`)
    foldedNames.add(record.name.toLowerCase())
    entries.set(record.name, entryOf(source, { path, record, limit }))
  }
  if (foldedNames.size !== records.length) refuse(path, 'two entries of one name')
  return entries
}

/** The end records stand at the very end of the file, since PyTorch writes no comment. */
async function findDirectory(source: WeightSource, path: string, size: number): Promise<Directory> {
  const tailSize = Math.min(size, 22 + 20 + 56)
  const tail = await readExact(source, { path, start: size - tailSize, end: size })
  const view = viewOf(tail)
  const at = tailSize - 22
  if (at < 0 || view.getUint32(at, true) !== signature.end) {
    return refuse(path, 'no end record at its end: not a zip archive, or cut short')
  }
  const short = {
    disks: view.getUint32(at + 4, true),
    countHere: view.getUint16(at + 8, true),
    count: view.getUint16(at + 10, true),
    bytes: view.getUint32(at + 12, true),
    start: view.getUint32(at + 16, true),
    comment: view.getUint16(at + 20, true),
  }
  if (short.comment !== 0 || short.disks !== 0 || short.countHere !== short.count) {
    refuse(path, 'a comment or several disks')
  }
  const has64 = at >= 76 && view.getUint32(at - 20, true) === signature.locator64
  if (!has64) return checkDirectory(path, short, size - 22)
  const long = parseEnd64(path, view, size - 98)
  for (const [name, all] of [
    ['count', all16],
    ['bytes', all32],
    ['start', all32],
  ] as const) {
    if (short[name] !== all && short[name] !== long[name]) refuse(path, 'two end records differ')
  }
  return checkDirectory(path, long, size - 98)
}

interface EndRecord {
  count: number
  bytes: number
  start: number
}

function parseEnd64(path: string, view: DataView, fileOffset: number): EndRecord {
  const isPlain =
    view.getUint32(0, true) === signature.end64 &&
    view.getBigUint64(4, true) === 44n &&
    view.getBigUint64(16, true) === 0n &&
    view.getBigUint64(24, true) === view.getBigUint64(32, true) &&
    view.getUint32(56 + 4, true) === 0 &&
    view.getBigUint64(56 + 8, true) === BigInt(fileOffset) &&
    view.getUint32(56 + 16, true) === 1
  if (!isPlain) refuse(path, 'a damaged zip64 end record')
  return {
    count: safe(path, view.getBigUint64(32, true)),
    bytes: safe(path, view.getBigUint64(40, true)),
    start: safe(path, view.getBigUint64(48, true)),
  }
}

function checkDirectory(path: string, end: EndRecord, endOffset: number): Directory {
  if (end.start + end.bytes !== endOffset) refuse(path, 'its directory is not where it should be')
  if (end.count > maxEntries) refuse(path, `expected <= ${maxEntries} entries, got ${end.count}`)
  if (end.bytes > maxDirectoryBytes) refuse(path, `a directory of ${end.bytes} bytes is too long`)
  return { start: end.start, end: endOffset, count: end.count }
}

function parseDirectory(path: string, bytes: Uint8Array, count: number): CentralRecord[] {
  const records: CentralRecord[] = []
  let at = 0
  for (let i = 0; i < count; i++) {
    if (at + 46 > bytes.byteLength) refuse(path, 'its directory is cut short')
    const head = viewOf(bytes.subarray(at, at + 46))
    const nameEnd = at + 46 + head.getUint16(28, true)
    const extraEnd = nameEnd + head.getUint16(30, true)
    const next = extraEnd + head.getUint16(32, true)
    if (head.getUint32(0, true) !== signature.central || next > bytes.byteLength) {
      refuse(path, 'its directory is damaged')
    }
    const extra = viewOf(bytes.subarray(nameEnd, extraEnd))
    records.push(parseRecord(path, { head, extra, rawName: bytes.subarray(at + 46, nameEnd) }))
    at = next
  }
  if (at !== bytes.byteLength) refuse(path, 'its directory holds more than its entries')
  return records
}

interface RawRecord {
  head: DataView
  extra: DataView
  rawName: Uint8Array
}

function parseRecord(path: string, { head, extra, rawName }: RawRecord): CentralRecord {
  const name = decodeName(path, rawName)
  const flags = head.getUint16(8, true)
  const method = head.getUint16(10, true)
  if ((flags & ~(flagDescriptor | flagUtf8)) !== 0) {
    refuse(path, `'${name}': encryption or unknown flags 0x${flags.toString(16)}`)
  }
  if (method !== 0) refuse(path, `'${name}': expected method 0 (stored), got ${method}`)
  if (head.getUint16(34, true) !== 0) refuse(path, `'${name}' lies on another disk`)
  // Those that do not fit stand in the zip64 field, in this order.
  const short = [head.getUint32(24, true), head.getUint32(20, true), head.getUint32(42, true)]
  const wide = readWide(path, extra, short.filter((value) => value === all32).length)
  const [size, compressed, offset] = short.map((value) => (value === all32 ? wide.shift()! : value))
  if (size !== compressed) refuse(path, `'${name}': stored as ${compressed} of ${size} bytes`)
  return { name, rawName, flags, crc: head.getUint32(16, true), size: size!, offset: offset! }
}

function readWide(path: string, extra: DataView, count: number): number[] {
  for (let at = 0; count > 0 && at + 4 <= extra.byteLength;) {
    const id = extra.getUint16(at, true)
    const length = extra.getUint16(at + 2, true)
    const start = at + 4
    at = start + length
    if (id !== 1) continue
    if (length < count * 8 || at > extra.byteLength) break
    return Array.from({ length: count }, (_, i) =>
      safe(path, extra.getBigUint64(start + i * 8, true)),
    )
  }
  return count === 0 ? [] : refuse(path, 'a missing zip64 field')
}

function decodeName(path: string, raw: Uint8Array): string {
  let name: string
  try {
    name = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(raw)
  } catch {
    return refuse(path, 'a name that is not UTF-8')
  }
  const parts = name.split('/')
  if (/[\\\x00-\x1f]|^[A-Za-z]:/.test(name) || parts.some((p) => p === '' || p === '..')) {
    refuse(path, `a name that leaves the archive: ${JSON.stringify(name)}`)
  }
  return name
}

interface Placed {
  path: string
  record: CentralRecord
  /** Where the next entry or the directory begins. */
  limit: number
}

function entryOf(source: WeightSource, placed: Placed): ZipEntry {
  const { path, record } = placed
  let located: Promise<number> | undefined
  async function read(start = 0, end = record.size): Promise<Uint8Array> {
    if (start < 0 || end > record.size || start > end) {
      throw new WeightsError('weights/range', `${record.name}: no bytes ${start}..${end}`)
    }
    located ??= locateData(source, placed)
    const dataStart = await located
    return readExact(source, { path, start: dataStart + start, end: dataStart + end })
  }
  return {
    name: record.name,
    size: record.size,
    read,
    async readChecked() {
      const bytes = await read()
      if (crc32(bytes) !== record.crc) refuse(path, `'${record.name}': its CRC does not match`)
      return bytes
    },
  }
}

/** Offset of the data, once the local header and the data descriptor agree with the directory. */
async function locateData(source: WeightSource, { path, record, limit }: Placed): Promise<number> {
  const { name, rawName, offset, size, flags, crc } = record
  const nameEnd = offset + 30 + rawName.byteLength
  const header = await readExact(source, { path, start: offset, end: nameEnd })
  const head = viewOf(header)
  const sizes = [head.getUint32(18, true), head.getUint32(22, true)]
  const deferred = (flags & flagDescriptor) !== 0
  const agrees =
    head.getUint32(0, true) === signature.local &&
    head.getUint16(6, true) === flags &&
    head.getUint16(8, true) === 0 &&
    head.getUint16(26, true) === rawName.byteLength &&
    equalBytes(header.subarray(30), rawName) &&
    [crc, deferred ? 0 : crc].includes(head.getUint32(14, true)) &&
    sizes.every((value) => value === size || (deferred && value === 0))
  if (!agrees) refuse(path, `'${name}': its local header differs from the directory`)
  const dataStart = nameEnd + head.getUint16(28, true)
  const dataEnd = dataStart + size
  if (dataEnd > limit) refuse(path, `'${name}' overlaps what follows it`)
  const tail = await readExact(source, { path, start: dataEnd, end: Math.min(limit, dataEnd + 25) })
  if (!isDescriptor(tail, record)) {
    refuse(path, `'${name}': its data descriptor differs from the directory`)
  }
  return dataStart
}

/** What may stand between an entry's data and the next entry. */
function isDescriptor(tail: Uint8Array, { flags, crc, size }: CentralRecord): boolean {
  const view = viewOf(tail)
  // An empty entry has nothing to defer, so some writers leave its descriptor out.
  if (tail.byteLength === 0) return (flags & flagDescriptor) === 0 || size === 0
  if (tail.byteLength !== 16 && tail.byteLength !== 24) return false
  if ((flags & flagDescriptor) === 0 || view.getUint32(0, true) !== signature.descriptor)
    return false
  if (view.getUint32(4, true) !== crc) return false
  const sizes =
    tail.byteLength === 16
      ? [view.getUint32(8, true), view.getUint32(12, true)]
      : [view.getBigUint64(8, true), view.getBigUint64(16, true)]
  return sizes.every((value) => Number(value) === size)
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && a.every((byte, i) => byte === b[i])
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function safe(path: string, value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) refuse(path, `a size of ${value} bytes`)
  return Number(value)
}

function refuse(path: string, message: string): never {
  throw new WeightsError('weights/zip', `${path}: ${message}`)
}
