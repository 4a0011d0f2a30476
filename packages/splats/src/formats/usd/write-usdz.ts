import type { Gaussians } from '../../gaussians.ts'
import { SplatsError } from '../../splats-error.ts'
import type { WriteOptions } from '../format.ts'
import { prepareWrite } from '../format.ts'
import { pacer } from '../pace.ts'
import { usdaChunks, USD_AXES, writeUsda } from './write-usda.ts'

/**
 * Writes USDZ: a zip archive of one stored USD text file whose bytes begin at a multiple of 64.
 * Its header names their number and checksum, so the text is made twice rather than kept.
 * @throws {SplatsError} `splats/bad-argument` for an empty cloud, `splats/too-large` from 4 GiB on;
 * the reason of `options.signal`
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises'
 * import { writeUsdz } from '@flashworld/splats'
 * import { readScene } from 'flashworld/node'
 *
 * const { gaussians } = await readScene('house.spz')
 * await writeFile('house.usdz', writeUsdz(gaussians))
 * ```
 */
export async function* writeUsdz(
  gaussians: Gaussians,
  options: WriteOptions = {},
): AsyncGenerator<Uint8Array> {
  let bytes = 0
  let crc = 0
  for await (const chunk of writeUsda(gaussians, options)) {
    bytes += chunk.length
    crc = crc32(chunk, crc)
  }
  const entry = zipEntry(bytes, crc)
  yield entry.local
  const move = prepareWrite(gaussians, options.axes ?? USD_AXES, options.scale)
  yield* usdaChunks({ gaussians, move, pace: pacer(options.signal) })
  yield entry.directory
}

const NAME = new TextEncoder().encode('scene.usda')

/** Bytes of a zip archive's local header before name and padding. */
const LOCAL_BYTES = 30
const DIRECTORY_BYTES = 46
const END_BYTES = 22
const ALIGNMENT = 64

/** 1980-01-01, the zip format's first day: equal scenes are equal files. */
const DATE = 0x21

/** The archive around one stored file: what stands before and behind its bytes. */
function zipEntry(bytes: number, crc: number): { local: Uint8Array; directory: Uint8Array } {
  // the padding is an extra field, whose own header takes four bytes
  const least = LOCAL_BYTES + NAME.length + 4
  const dataAt = Math.ceil(least / ALIGNMENT) * ALIGNMENT
  if (dataAt + bytes + DIRECTORY_BYTES + NAME.length + END_BYTES > 0xffffffff) {
    throw new SplatsError(
      'splats/too-large',
      `writeUsdz: expected less than 4 GiB of text, got ${bytes} bytes`,
    )
  }
  const local = new Uint8Array(dataAt)
  const head = new DataView(local.buffer)
  head.setUint32(0, 0x04034b50, true)
  writeCommon(head, 4, bytes, crc)
  head.setUint16(28, dataAt - LOCAL_BYTES - NAME.length, true)
  local.set(NAME, LOCAL_BYTES)
  head.setUint16(LOCAL_BYTES + NAME.length, PADDING_FIELD, true)
  head.setUint16(LOCAL_BYTES + NAME.length + 2, dataAt - least, true)

  const directory = new Uint8Array(DIRECTORY_BYTES + NAME.length + END_BYTES)
  const list = new DataView(directory.buffer)
  list.setUint32(0, 0x02014b50, true)
  list.setUint16(4, VERSION, true)
  writeCommon(list, 6, bytes, crc)
  directory.set(NAME, DIRECTORY_BYTES)
  const end = DIRECTORY_BYTES + NAME.length
  list.setUint32(end, 0x06054b50, true)
  list.setUint16(end + 8, 1, true)
  list.setUint16(end + 10, 1, true)
  list.setUint32(end + 12, end, true)
  list.setUint32(end + 16, dataAt + bytes, true)
  return { local, directory }
}

/** Version needed to unpack a stored file: 1.0. */
const VERSION = 10

/** Any number that no program gives a meaning to. */
const PADDING_FIELD = 0x1986

/** The fields that local header and directory share, from the version needed on. */
function writeCommon(view: DataView, at: number, bytes: number, crc: number): void {
  view.setUint16(at, VERSION, true)
  view.setUint16(at + 8, DATE, true)
  view.setUint32(at + 10, crc, true)
  view.setUint32(at + 14, bytes, true)
  view.setUint32(at + 18, bytes, true)
  view.setUint16(at + 22, NAME.length, true)
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  return crc
})

/** CRC-32 of bytes that follow those of checksum `before`. */
function crc32(bytes: Uint8Array, before: number): number {
  let crc = ~before
  for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 255]! ^ (crc >>> 8)
  return ~crc >>> 0
}
