import type { Axes } from '../../axes.ts'
import { checkCount } from '../../limits.ts'
import { SplatsError } from '../../splats-error.ts'

/** 'NGSP' as a little-endian number. */
export const SPZ_MAGIC = 0x5053474e
/** Header of versions 1 to 3, the first bytes of the gzip stream. */
export const LEGACY_HEADER_BYTES = 16
/** Header of version 4, not compressed. */
export const HEADER_BYTES = 32
/** Entry of version 4's table: compressed and plain size, 8 bytes each. */
export const TOC_ENTRY_BYTES = 16

/** Trained for antialiased drawing. */
const FLAG_ANTIALIASED = 1
/** Records of type, length, payload follow: before the table (v4) or at the end (v1 to 3). */
export const FLAG_EXTENSIONS = 2

/** Extension that names the frame, and its numbering of frames (from 1). */
export const AXES_EXTENSION = 0xadbe0003
export const SPZ_AXES: readonly Axes[] = [
  ...(['LDB', 'RDB', 'LUB', 'RUB', 'LDF', 'RDF', 'LUF', 'RUF'] as const),
  ...(['LFD', 'RFD', 'LFU', 'RFU', 'LBD', 'RBD', 'LBU', 'RBU'] as const),
]

/** The format's own frame. */
export const SPZ_DEFAULT_AXES: Axes = 'RUB'

/** Linear colour range of the constant coefficient: byte = (dc * 0.15 + 0.5) * 255. */
export const COLOR_SCALE = 0.15

/** Coefficients beside the constant one for degrees 0 to 4. */
const REST = [0, 3, 8, 15, 24]

export interface SpzHeader {
  readonly version: 1 | 2 | 3 | 4
  readonly count: number
  /** 0 to 4; band 4 is skipped on reading. */
  readonly shDegree: number
  readonly fractionalBits: number
  readonly antialiased: boolean
  readonly hasExtensions: boolean
  /** Flags that we do not know; 0 in files of ours. */
  readonly unknownFlags: number
}

/** Names of the planes in file order. */
export const PLANES = ['positions', 'alphas', 'colors', 'scales', 'rotations', 'sh'] as const
export type PlaneName = (typeof PLANES)[number]

/** Bytes per Gaussian of each plane. */
export function planeWidths(header: Pick<SpzHeader, 'version' | 'shDegree'>) {
  return {
    positions: header.version === 1 ? 6 : 9,
    alphas: 1,
    colors: 3,
    scales: 3,
    rotations: header.version < 3 ? 3 : 4,
    sh: REST[header.shDegree]! * 3,
  } as const satisfies Record<PlaneName, number>
}

/** Bytes per Gaussian of all planes together. */
export function gaussianBytes(header: Pick<SpzHeader, 'version' | 'shDegree'>): number {
  return Object.values(planeWidths(header)).reduce((sum, width) => sum + width, 0)
}

/**
 * The header: 16 bytes alike in all versions, then the reserved ones of version 4.
 * @throws {SplatsError} `splats/bad-header`, `splats/unsupported`, `splats/too-large`
 */
export function parseSpzHeader(bytes: Uint8Array): SpzHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const fail = (what: string, code: 'splats/bad-header' | 'splats/unsupported'): never => {
    throw new SplatsError(code, `readSpz: expected ${what}`)
  }
  if (view.getUint32(0, true) !== SPZ_MAGIC) fail("the mark 'NGSP'", 'splats/bad-header')
  const version = view.getUint32(4, true)
  if (version < 1 || version > 4) fail(`version 1 to 4, got ${version}`, 'splats/unsupported')
  const count = view.getUint32(8, true)
  checkCount('readSpz', count)
  const shDegree = view.getUint8(12)
  if (shDegree > 4) fail(`SH degree 0 to 4, got ${shDegree}`, 'splats/unsupported')
  const fractionalBits = view.getUint8(13)
  if (fractionalBits > 23) {
    fail(`at most 23 fractional bits, got ${fractionalBits}`, 'splats/bad-header')
  }
  const flags = view.getUint8(14)
  const reserved = version < 4 ? bytes.subarray(15, 16) : bytes.subarray(20, HEADER_BYTES)
  if (reserved.some((byte) => byte !== 0)) fail('reserved bytes of 0', 'splats/unsupported')
  return {
    version: version as SpzHeader['version'],
    count,
    shDegree,
    fractionalBits,
    antialiased: (flags & FLAG_ANTIALIASED) !== 0,
    hasExtensions: (flags & FLAG_EXTENSIONS) !== 0,
    unknownFlags: flags & ~(FLAG_ANTIALIASED | FLAG_EXTENSIONS),
  }
}

/** The first 16 bytes of a file of ours. `lastByte`: 0 before v4, then the number of streams. */
export function encodeSpzHeader(header: SpzHeader, lastByte: number): Uint8Array {
  const bytes = new Uint8Array(LEGACY_HEADER_BYTES)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, SPZ_MAGIC, true)
  view.setUint32(4, header.version, true)
  view.setUint32(8, header.count, true)
  bytes[12] = header.shDegree
  bytes[13] = header.fractionalBits
  bytes[14] =
    (header.antialiased ? FLAG_ANTIALIASED : 0) | (header.hasExtensions ? FLAG_EXTENSIONS : 0)
  bytes[15] = lastByte
  return bytes
}

/** What the extension records say. */
export interface SpzExtensions {
  /** Frame that one of them names. */
  readonly axes: Axes | undefined
  /** Types of the others, which are passed over. */
  readonly unknown: readonly number[]
}

/**
 * Reads the extension records; unknown ones are skipped by their length.
 * @throws {SplatsError} `splats/bad-header` for a record longer than the zone
 */
export function readExtensions(zone: Uint8Array): SpzExtensions {
  const view = new DataView(zone.buffer, zone.byteOffset, zone.byteLength)
  let axes: Axes | undefined
  const unknown: number[] = []
  for (let at = 0; at < zone.length;) {
    const length = at + 8 <= zone.length ? view.getUint32(at + 4, true) : Infinity
    if (at + 8 + length > zone.length) {
      throw new SplatsError(
        'splats/bad-header',
        `readSpz: expected extensions within ${zone.length} bytes, got ${length} in one`,
      )
    }
    const type = view.getUint32(at, true)
    if (type !== AXES_EXTENSION || length !== 4) unknown.push(type)
    else axes = SPZ_AXES[view.getUint32(at + 8, true) - 1] ?? axes
    at += 8 + length
  }
  return { axes, unknown }
}

/** The record that names a frame; undefined for frames that SPZ has no number for. */
export function axesExtension(axes: Axes): Uint8Array | undefined {
  const number = SPZ_AXES.indexOf(axes) + 1
  if (number === 0) return undefined
  return new Uint8Array(Uint32Array.of(AXES_EXTENSION, 4, number).buffer)
}
