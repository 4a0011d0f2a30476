import type { DType } from './dtype.ts'
import { bytesPerElement } from './dtype.ts'
import { ShapeError } from './errors.ts'

/** Memory that belongs to an engine. Several tensors may share it (`reshape`). */
export interface Storage {
  readonly bytes: number
}

/** A contiguous row-major array on an engine. Images are channels-last. */
export interface Tensor {
  readonly shape: readonly number[]
  readonly dtype: DType
  readonly storage: Storage
}

export interface TensorSpec {
  readonly shape: readonly number[]
  readonly dtype: DType
}

export const elementCount = (shape: readonly number[]) => shape.reduce((n, d) => n * d, 1)

export const byteLength = (x: TensorSpec) => elementCount(x.shape) * bytesPerElement[x.dtype]

/** The last axis: the one that linear, norms and convolutions work on. */
export const channels = (x: TensorSpec) => x.shape.at(-1)!

/** All axes but the last as one: how many vectors of `channels` there are. */
export const rows = (x: TensorSpec) => elementCount(x.shape.slice(0, -1))

/** The same elements under another shape; costs nothing. One axis may be -1. */
export function reshape(x: Tensor, shape: readonly number[]): Tensor {
  const known = shape.reduce((n, d) => (d === -1 ? n : n * d), 1)
  const full = shape.map((d) => (d === -1 ? elementCount(x.shape) / known : d))
  if (elementCount(full) !== elementCount(x.shape) || !full.every(Number.isInteger)) {
    throw new ShapeError('reshape', `as many elements as [${shape.join(', ')}]`, [x])
  }
  return { ...x, shape: full }
}

export const sameShape = (a: TensorSpec, b: TensorSpec) =>
  a.shape.length === b.shape.length && a.shape.every((d, i) => d === b.shape[i])

/** The memory of every tensor in a value: a tensor, or anything that is made of them. */
export function* storagesIn(value: unknown): Generator<Storage> {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return
  if (isTensor(value)) yield value.storage
  else for (const inner of Object.values(value)) yield* storagesIn(inner)
}

export const isTensor = (value: object): value is Tensor => 'storage' in value && 'dtype' in value
