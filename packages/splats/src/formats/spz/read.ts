import type { Gaussians, ShDegree } from '../../gaussians.ts'
import { allocateGaussians, shCoefficients } from '../../gaussians.ts'
import { checkBytes } from '../../limits.ts'
import { SplatsError } from '../../splats-error.ts'
import type { ReadOptions, SplatFile } from '../format.ts'
import { finishRead } from '../format.ts'
import { gunzip } from '../gzip.ts'
import type { Pace } from '../pace.ts'
import { pacer } from '../pace.ts'
import { decompressZstd } from '../zstd.ts'
import { halfToNumber } from './half.ts'
import type { PlaneName, SpzExtensions, SpzHeader } from './layout.ts'
import {
  COLOR_SCALE,
  gaussianBytes,
  HEADER_BYTES,
  LEGACY_HEADER_BYTES,
  parseSpzHeader,
  PLANES,
  planeWidths,
  readExtensions,
  SPZ_DEFAULT_AXES,
  TOC_ENTRY_BYTES,
} from './layout.ts'
import { decodeFirstThree, decodeRotation } from './quaternion.ts'

type Planes = Record<PlaneName, Uint8Array>

interface Packed {
  readonly header: SpzHeader
  readonly planes: Planes
  readonly extensions: SpzExtensions
}

/** Room for extension records behind the planes of a gzip file. */
const MAX_EXTENSION_BYTES = 65_536
/** What the level-of-detail flag (128) of other programs appends for each Gaussian. */
const UNKNOWN_PLANE_BYTES = 6

/**
 * Bytes that one byte of a file can stand for: gzip's bound, and a generous one for the positions
 * in zstd. A header that asks for more lies.
 */
const MAX_RATIO = 1032

/** True if the bytes begin as version 4, or as the gzip stream of an earlier one, does. */
export function looksLikeSpz(bytes: Uint8Array): boolean {
  return isGzip(bytes) || isPlain(bytes)
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

function isPlain(bytes: Uint8Array): boolean {
  return bytes[0] === 0x4e && bytes[1] === 0x47 && bytes[2] === 0x53 && bytes[3] === 0x50
}

/**
 * Reads SPZ versions 1 to 4. The frame is that of the file's extension, else `options.axes`, else
 * RUB. Band 4 of the spherical harmonics, unknown flags and extensions are left out with a note.
 * @throws {SplatsError} `splats/bad-header`, `splats/bad-data`, `splats/truncated`,
 * `splats/unsupported`, `splats/too-large`; the reason of `options.signal`
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises'
 * import { readSpz } from '@flashworld/splats'
 *
 * const { gaussians, axes } = await readSpz(await readFile('house.spz'))
 * ```
 */
export async function readSpz(bytes: Uint8Array, options: ReadOptions = {}): Promise<SplatFile> {
  if (!looksLikeSpz(bytes)) {
    throw new SplatsError('splats/bad-header', 'readSpz: expected a gzip stream or NGSP')
  }
  const pace = pacer(options.signal)
  const packed = await (isGzip(bytes) ? unpackLegacy(bytes, pace) : unpackStreams(bytes, pace))
  const cloud = {
    ...(await decodePlanes(packed, pace)),
    antialiased: packed.header.antialiased,
  }
  const declared = packed.extensions.axes
  return finishRead(
    { cloud, declared, habitual: SPZ_DEFAULT_AXES, notes: packedNotes(packed) },
    options,
    pace,
  )
}

function packedNotes({ header, extensions }: Packed): string[] {
  const notes: string[] = []
  if (header.shDegree > 3) notes.push('harmonics of degree 4 were left out: 3 is the highest')
  if (header.unknownFlags !== 0) {
    notes.push(`SPZ flag ${header.unknownFlags} is not known; what it stands for was passed over`)
  }
  if (extensions.unknown.length > 0) {
    const types = extensions.unknown.slice(0, 4).map((type) => `0x${type.toString(16)}`)
    notes.push(`SPZ extensions left out: ${types.join(', ')}`)
  }
  return notes
}

/** Versions 1 to 3: one gzip stream of header, planes and perhaps extensions. */
async function unpackLegacy(file: Uint8Array, pace: Pace): Promise<Packed> {
  const limitFor = (head: Uint8Array) => {
    const header = legacyHeader(head)
    const expected = LEGACY_HEADER_BYTES + header.count * gaussianBytes(header)
    checkRatio(expected, file.length)
    return expected + trailingBytes(header)
  }
  const bytes = await gunzip(file, LEGACY_HEADER_BYTES, limitFor, pace)
  checkBytes('readSpz', LEGACY_HEADER_BYTES, bytes.length)
  const header = legacyHeader(bytes)
  const end = LEGACY_HEADER_BYTES + header.count * gaussianBytes(header)
  checkBytes('readSpz', end, bytes.length)
  const widths = planeWidths(header)
  let at = LEGACY_HEADER_BYTES
  const planes = await eachPlane((plane) => {
    at += header.count * widths[plane]
    return bytes.subarray(at - header.count * widths[plane], at)
  })
  // behind an unknown flag's data the records cannot be found
  const zone = header.unknownFlags === 0 ? bytes.subarray(end) : new Uint8Array(0)
  return { header, planes, extensions: readExtensions(zone) }
}

/** Bytes that may follow the planes: extensions, and six a Gaussian of an unknown flag. */
function trailingBytes({ hasExtensions, unknownFlags, count }: SpzHeader): number {
  if (unknownFlags !== 0) return MAX_EXTENSION_BYTES + count * UNKNOWN_PLANE_BYTES
  return hasExtensions ? MAX_EXTENSION_BYTES : 0
}

function legacyHeader(bytes: Uint8Array): SpzHeader {
  const header = parseSpzHeader(bytes)
  if (header.version < 4) return header
  throw new SplatsError(
    'splats/bad-header',
    'readSpz: expected version 1 to 3 in a gzip stream, got 4',
  )
}

/** Version 4: a table of sizes, then a zstd frame for each plane that is not empty. */
async function unpackStreams(file: Uint8Array, pace: Pace): Promise<Packed> {
  checkBytes('readSpz', HEADER_BYTES, file.length)
  const header = parseSpzHeader(file)
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const tocOffset = view.getUint32(16, true)
  const widths = planeWidths(header)
  checkRatio(header.count * widths.positions, file.length)
  const present = PLANES.filter((plane) => widths[plane] * header.count > 0)
  if (header.version !== 4 || tocOffset < HEADER_BYTES || file[15] !== present.length) {
    throw new SplatsError(
      'splats/bad-header',
      `readSpz: expected version 4, ${present.length} streams, table at >= ${HEADER_BYTES}, ` +
        `got ${header.version}, ${file[15]}, ${tocOffset}`,
    )
  }
  let at = tocOffset + present.length * TOC_ENTRY_BYTES
  checkBytes('readSpz', at, file.length)
  const planes = await eachPlane(async (plane) => {
    await pace()
    const entry = present.indexOf(plane)
    if (entry < 0) return new Uint8Array(0)
    const [packedBytes, plainBytes] = [0, 8].map((offset) =>
      Number(view.getBigUint64(tocOffset + entry * TOC_ENTRY_BYTES + offset, true)),
    ) as [number, number]
    checkBytes('readSpz', at + packedBytes, file.length)
    if (plainBytes !== widths[plane] * header.count) {
      throw new SplatsError(
        'splats/bad-header',
        `readSpz: expected ${widths[plane] * header.count} bytes of ${plane}, got ${plainBytes}`,
      )
    }
    at += packedBytes
    return decompressZstd(file.subarray(at - packedBytes, at), plainBytes)
  })
  const zone = header.hasExtensions ? file.subarray(HEADER_BYTES, tocOffset) : new Uint8Array(0)
  return { header, planes, extensions: readExtensions(zone) }
}

function checkRatio(expected: number, got: number): void {
  if (expected > got * MAX_RATIO) {
    throw new SplatsError(
      'splats/truncated',
      `readSpz: expected a file that can hold ${expected} bytes, got ${got}`,
    )
  }
}

/** In the file's order, one after the other. */
async function eachPlane(
  read: (plane: PlaneName) => Uint8Array | Promise<Uint8Array>,
): Promise<Planes> {
  const planes: Partial<Planes> = {}
  for (const plane of PLANES) planes[plane] = await read(plane)
  return planes as Planes
}

/** Gaussians decoded between two turns of the event loop. */
const BLOCK = 4096

async function decodePlanes({ header, planes }: Packed, pace: Pace): Promise<Gaussians> {
  // Band 4 has no place in memory: its coefficients are the last of each row and are passed over.
  const degree = Math.min(3, header.shDegree) as ShDegree
  const gaussians = allocateGaussians(header.count, degree)
  const restWidth = planeWidths(header).sh
  for (let start = 0; start < header.count; start += BLOCK) {
    const range = { start, end: Math.min(start + BLOCK, header.count) }
    decodePositions(planes.positions, header, gaussians.positions, range)
    decodeSizes(planes, gaussians, range)
    decodeRotations(planes.rotations, header, gaussians.rotations, range)
    decodeColors(planes, restWidth, gaussians, range)
    await pace()
  }
  return gaussians
}

/** Gaussians `start` to `end` (excluded). */
interface Range {
  readonly start: number
  readonly end: number
}

function decodePositions(
  bytes: Uint8Array,
  header: SpzHeader,
  out: Float32Array,
  { start, end }: Range,
): void {
  const step = 2 ** -header.fractionalBits
  for (let i = start * 3; i < end * 3; i++) {
    if (header.version === 1) {
      out[i] = halfToNumber(bytes[i * 2]! | (bytes[i * 2 + 1]! << 8))
    } else {
      const high = (bytes[i * 3 + 2]! << 24) >> 8
      out[i] = (high | (bytes[i * 3 + 1]! << 8) | bytes[i * 3]!) * step
    }
  }
}

function decodeSizes(planes: Planes, { opacities, scales }: Gaussians, { start, end }: Range) {
  for (let i = start; i < end; i++) opacities[i] = planes.alphas[i]! / 255
  for (let j = start * 3; j < end * 3; j++) scales[j] = Math.exp(planes.scales[j]! / 16 - 10)
}

function decodeRotations(
  bytes: Uint8Array,
  header: SpzHeader,
  out: Float32Array,
  { start, end }: Range,
): void {
  for (let i = start; i < end; i++) {
    if (header.version < 3) {
      decodeFirstThree(bytes, i * 3, out, i * 4)
    } else {
      const at = i * 4
      const low = bytes[at]! | (bytes[at + 1]! << 8)
      decodeRotation((low | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0, out, at)
    }
  }
}

function decodeColors(
  planes: Planes,
  restWidth: number,
  { sh, shDegree }: Gaussians,
  { start, end }: Range,
): void {
  const stride = shCoefficients(shDegree) * 3
  for (let i = start; i < end; i++) {
    for (let j = 0; j < 3; j++) {
      sh[i * stride + j] = (planes.colors[i * 3 + j]! / 255 - 0.5) / COLOR_SCALE
    }
    for (let j = 0; j < stride - 3; j++) {
      sh[i * stride + 3 + j] = (planes.sh[i * restWidth + j]! - 128) / 128
    }
  }
}
