/** Tensors of weight files: what is known of one before any of its data is read. */
import { WeightsError } from './errors.ts'

/** Bytes per element of each type of number that weight files may hold. */
export const dtypeBytes = {
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I8: 1,
  U8: 1,
  F8_E4M3: 1,
} as const

/** Type of the stored numbers, in the names of safetensors. */
export type DType = keyof typeof dtypeBytes

/** One stored tensor. Nothing is read until `read`. */
export interface TensorEntry {
  readonly key: string
  /** The file it lies in, for messages. */
  readonly file: string
  readonly dtype: DType
  readonly shape: readonly number[]
  /** With I8 one a row of the first axis, F32; with F8_E4M3 one in all, where the file has one. */
  readonly scale?: TensorEntry
  /** Only with I8: the codes are of turned rows, as `quantizeTurned` makes them. */
  readonly turned?: true
  /** Bytes of the rows `[start, end)` of the first axis (a scalar is one row), row-major. */
  read(start?: number, end?: number): Promise<Uint8Array>
}

/** The tensors of one network by key. */
export interface TensorTable {
  /** Where they came from, for messages. */
  readonly name: string
  readonly tensors: ReadonlyMap<string, TensorEntry>
  /**
   * Where they are parameters as an engine takes them (converted), not as they were published: the layout that they were
   * made for, as `parameterLayout` tells it.
   */
  readonly layout?: string
}

/** Number of elements of a shape; 1 for a scalar. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

/** Number of rows of the first axis and elements in each. */
export function rowLayout(shape: readonly number[]): { rows: number; rowSize: number } {
  return { rows: shape[0] ?? 1, rowSize: elementCount(shape.slice(1)) }
}

/**
 * Checks that `[start, end)` are rows of the entry.
 * @throws WeightsError `weights/range`
 */
export function checkRows(key: string, rows: number, range: readonly [number, number]): void {
  const [start, end] = range
  if (
    Number.isInteger(start) &&
    Number.isInteger(end) &&
    0 <= start &&
    start <= end &&
    end <= rows
  ) {
    return
  }
  throw new WeightsError(
    'weights/range',
    `${key}: expected rows within 0..${rows}, got ${start}..${end}`,
  )
}
