import { checkBytes, checkCount } from '../../limits.ts'
import { SplatsError } from '../../splats-error.ts'
import type { Pace } from '../pace.ts'
import type { Fields } from './document.ts'
import { entryOf } from './document.ts'

/** Values of one vertex attribute, `count` rows of `width`. */
export interface Accessor {
  readonly count: number
  readonly width: number
  /** Value of column `j` of row `i`, as the number that it stands for. */
  readonly at: (i: number, j: number) => number
}

const WIDTHS: Record<string, number> = { SCALAR: 1, VEC2: 2, VEC3: 3, VEC4: 4 }

interface Component {
  readonly bytes: number
  readonly read: (view: DataView, offset: number) => number
  /** Integer that stands for 1 where the accessor is normalised. */
  readonly one: number
}

const FLOAT = 5126

const COMPONENTS: Record<number, Component> = {
  5120: { bytes: 1, one: 127, read: (view, at) => view.getInt8(at) },
  5121: { bytes: 1, one: 255, read: (view, at) => view.getUint8(at) },
  5122: { bytes: 2, one: 32767, read: (view, at) => view.getInt16(at, true) },
  5123: { bytes: 2, one: 65535, read: (view, at) => view.getUint16(at, true) },
  5125: { bytes: 4, one: 4294967295, read: (view, at) => view.getUint32(at, true) },
  [FLOAT]: { bytes: 4, one: 1, read: (view, at) => view.getFloat32(at, true) },
}

/** A document with the binary chunk that its first buffer stands for. */
export interface Asset {
  readonly document: Fields
  readonly binary: Uint8Array
}

/**
 * The bytes of a buffer view.
 * @throws {SplatsError} `splats/bad-data`, `splats/truncated`, `splats/unsupported`
 */
export function viewBytes({ document, binary }: Asset, index: unknown): Uint8Array {
  const view = entryOf(document, 'bufferViews', index)
  if (view.buffer !== 0 || entryOf(document, 'buffers', 0).uri !== undefined) {
    unsupported('buffers within the file', 'one by address')
  }
  if (view.extensions !== undefined) unsupported('plain buffer views', 'compressed ones')
  const start = sizeOf(view.byteOffset ?? 0, 'byteOffset')
  const length = sizeOf(view.byteLength, 'byteLength')
  checkBytes('readGlb', start + length, binary.length)
  return binary.subarray(start, start + length)
}

/**
 * Opens an accessor.
 * @throws {SplatsError} `splats/bad-data`, `splats/truncated`, `splats/unsupported`,
 * `splats/too-large`
 */
export function openAccessor(asset: Asset, index: unknown): Accessor {
  const accessor = entryOf(asset.document, 'accessors', index)
  if (accessor.sparse !== undefined) unsupported('plain accessors', 'a sparse one')
  if (accessor.bufferView === undefined) unsupported('accessors with data', 'one without')
  const width = WIDTHS[String(accessor.type)]
  const component = COMPONENTS[Number(accessor.componentType)]
  if (width === undefined || component === undefined) {
    throw new SplatsError(
      'splats/bad-data',
      `readGlb: expected SCALAR to VEC4 of a known type, got ${String(accessor.type).slice(0, 20)}`,
    )
  }
  const count = sizeOf(accessor.count, 'count')
  checkCount('readGlb', count)
  const bytes = viewBytes(asset, accessor.bufferView)
  const stride =
    strideOf(entryOf(asset.document, 'bufferViews', accessor.bufferView)) ?? width * component.bytes
  const offset = sizeOf(accessor.byteOffset ?? 0, 'byteOffset')
  const end = count === 0 ? 0 : offset + (count - 1) * stride + width * component.bytes
  checkBytes('readGlb', end, bytes.length)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const { read, bytes: size } = component
  const value = (i: number, j: number) => read(view, offset + i * stride + j * size)
  const { one } = component
  // the lowest signed integer stands for -1, as the one above it does
  const unit = (i: number, j: number) => Math.max(-1, value(i, j) / one)
  const isInteger = accessor.normalized === true && component !== COMPONENTS[FLOAT]
  return { count, width, at: isInteger ? unit : value }
}

function strideOf(view: Fields): number | undefined {
  return view.byteStride === undefined ? undefined : sizeOf(view.byteStride, 'byteStride')
}

function sizeOf(value: unknown, name: string): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number
  throw new SplatsError(
    'splats/bad-data',
    `readGlb: expected a whole ${name} >= 0, got ${String(value).slice(0, 20)}`,
  )
}

function unsupported(expected: string, got: string): never {
  throw new SplatsError('splats/unsupported', `readGlb: expected ${expected}, got ${got}`)
}

/** Rows copied between two turns of the event loop. */
const BLOCK = 4096

/** Copies an accessor to `target[first + i * stride + columns[j]]`. */
export async function copyAccessor(
  { count, at }: Accessor,
  target: Float32Array,
  { first, stride, columns }: { first: number; stride: number; columns: readonly number[] },
  pace: Pace,
): Promise<void> {
  for (let i = 0; i < count; i++) {
    if (i % BLOCK === 0) await pace()
    for (let j = 0; j < columns.length; j++) {
      target[first + i * stride + columns[j]!] = at(i, j)
    }
  }
}
