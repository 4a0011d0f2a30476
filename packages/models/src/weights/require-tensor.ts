import { WeightsError } from './errors.ts'
import type { DType, TensorEntry, TensorTable } from './tensor.ts'

/** What a network needs of a tensor. */
export interface TensorNeed {
  /** Size of each axis; null leaves one free. */
  shape: readonly (number | null)[]
  /** Types that will do; by default those that readF32 reads. */
  dtypes?: readonly DType[]
}

const realTypes: readonly DType[] = ['F32', 'F16', 'BF16', 'F8_E4M3', 'I8']

/**
 * The tensor of a key, checked before anything of it is read.
 * @throws WeightsError `weights/missing-key`, `weights/shape`, `weights/dtype`
 */
export function requireTensor(table: TensorTable, key: string, need: TensorNeed): TensorEntry {
  const { shape, dtypes = realTypes } = need
  const entry = table.tensors.get(key)
  if (!entry) throw new WeightsError('weights/missing-key', `${table.name}: no tensor '${key}'`)
  const fits =
    entry.shape.length === shape.length &&
    shape.every((size, axis) => size === null || size === entry.shape[axis])
  if (!fits) {
    const expected = shape.map((size) => size ?? '?')
    throw new WeightsError(
      'weights/shape',
      `${entry.file}: '${key}': expected [${expected}], got [${entry.shape}]`,
    )
  }
  if (!dtypes.includes(entry.dtype)) {
    throw new WeightsError(
      'weights/dtype',
      `${entry.file}: '${key}': expected ${dtypes.join(', ')}, got ${entry.dtype}`,
    )
  }
  return entry
}
