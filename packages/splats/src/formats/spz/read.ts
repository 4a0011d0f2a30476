import type { Axes } from '../../axes.ts'
import type { Gaussians, ShDegree } from '../../gaussians.ts'
import { allocateGaussians, shCoefficients } from '../../gaussians.ts'
import { checkBytes } from '../../limits.ts'
import { SplatsError } from '../../splats-error.ts'
import type { ReadOptions, SplatFile } from '../format.ts'
import { finishRead } from '../format.ts'
import { gunzip } from '../gzip.ts'
import { decompressZstd } from '../zstd.ts'
import { halfToNumber } from './half.ts'
import type { PlaneName, SpzHeader } from './layout.ts'
import {
  COLOR_SCALE,
  extensionAxes,
  gaussianBytes,
  HEADER_BYTES,
  LEGACY_HEADER_BYTES,
  parseSpzHeader,
  PLANES,
  planeWidths,
  SPZ_DEFAULT_AXES,
  TOC_ENTRY_BYTES,
} from './layout.ts'
import { decodeFirstThree, decodeRotation } from './quaternion.ts'

type Planes = Record<PlaneName, Uint8Array>

interface Packed {
  readonly header: SpzHeader
  readonly planes: Planes
  readonly axes?: Axes
}

/** Room for extension records behind the planes of a gzip file. */
const MAX_EXTENSION_BYTES = 65_536

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
 * RUB. Band 4 of the spherical harmonics is left out.
 * @throws {SplatsError} `splats/bad-header`, `splats/bad-data`, `splats/truncated`,
 * `splats/unsupported`, `splats/too-large`
 */
export async function readSpz(bytes: Uint8Array, options: ReadOptions = {}): Promise<SplatFile> {
  if (!looksLikeSpz(bytes)) {
    throw new SplatsError('splats/bad-header', 'readSpz: expected a gzip stream or NGSP')
  }
  const packed = await (isGzip(bytes) ? unpackLegacy(bytes) : unpackStreams(bytes))
  return finishRead(decodePlanes(packed), packed.axes ?? options.axes ?? SPZ_DEFAULT_AXES)
}

/** Versions 1 to 3: one gzip stream of header, planes and perhaps extensions. */
async function unpackLegacy(file: Uint8Array): Promise<Packed> {
  const limitFor = (head: Uint8Array) => {
    const header = legacyHeader(head)
    const expected = LEGACY_HEADER_BYTES + header.count * gaussianBytes(header)
    checkRatio(expected, file.length)
    return expected + (header.hasExtensions ? MAX_EXTENSION_BYTES : 0)
  }
  const bytes = await gunzip(file, LEGACY_HEADER_BYTES, limitFor)
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
  return { header, planes, axes: extensionAxes(bytes.subarray(end)) }
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
async function unpackStreams(file: Uint8Array): Promise<Packed> {
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
  const planes = await eachPlane((plane) => {
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
  return { header, planes, axes: extensionAxes(zone) }
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

function decodePlanes({ header, planes }: Packed): Gaussians {
  // Band 4 has no place in memory: its coefficients are the last of each row and are passed over.
  const degree = Math.min(3, header.shDegree) as ShDegree
  const gaussians = allocateGaussians(header.count, degree)
  decodePositions(planes.positions, header, gaussians.positions)
  planes.alphas.forEach((alpha, i) => (gaussians.opacities[i] = alpha / 255))
  planes.scales.forEach((byte, i) => (gaussians.scales[i] = Math.exp(byte / 16 - 10)))
  decodeRotations(planes.rotations, header, gaussians.rotations)
  decodeColors(planes, planeWidths(header).sh, gaussians)
  return gaussians
}

function decodePositions(bytes: Uint8Array, header: SpzHeader, out: Float32Array): void {
  const step = 2 ** -header.fractionalBits
  for (let i = 0; i < out.length; i++) {
    if (header.version === 1) {
      out[i] = halfToNumber(bytes[i * 2]! | (bytes[i * 2 + 1]! << 8))
    } else {
      const high = (bytes[i * 3 + 2]! << 24) >> 8
      out[i] = (high | (bytes[i * 3 + 1]! << 8) | bytes[i * 3]!) * step
    }
  }
}

function decodeRotations(bytes: Uint8Array, header: SpzHeader, out: Float32Array): void {
  for (let i = 0; i < header.count; i++) {
    if (header.version < 3) {
      decodeFirstThree(bytes, i * 3, out, i * 4)
    } else {
      const at = i * 4
      const low = bytes[at]! | (bytes[at + 1]! << 8)
      decodeRotation((low | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0, out, at)
    }
  }
}

function decodeColors(planes: Planes, restWidth: number, { count, sh, shDegree }: Gaussians): void {
  const stride = shCoefficients(shDegree) * 3
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < 3; j++) {
      sh[i * stride + j] = (planes.colors[i * 3 + j]! / 255 - 0.5) / COLOR_SCALE
    }
    for (let j = 0; j < stride - 3; j++) {
      sh[i * stride + 3 + j] = (planes.sh[i * restWidth + j]! - 128) / 128
    }
  }
}
