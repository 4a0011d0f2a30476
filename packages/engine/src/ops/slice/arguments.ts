import { ShapeError } from '../../errors.ts'
import type { Tensor, TensorSpec } from '../../tensor.ts'
import { elementCount } from '../../tensor.ts'
import { axisFromStart } from '../fits.ts'

export interface SliceArgs {
  /** Of any type. */
  readonly x: Tensor
  /** May be negative: counted from the end. */
  readonly axis: number
  readonly start: number
  /** Exclusive. */
  readonly end: number
}

/** @throws ShapeError */
export function sliceOutput({ x, axis, start, end }: SliceArgs): TensorSpec {
  const at = axisFromStart(x, axis)
  const size = x.shape[at]
  const fits =
    size !== undefined &&
    [start, end].every(Number.isInteger) &&
    0 <= start &&
    start < end &&
    end <= size
  if (!fits) throw new ShapeError('slice', `an axis ${axis} with entries ${start} to ${end}`, [x])
  return { shape: x.shape.with(at, end - start), dtype: x.dtype }
}

/** The slice as runs of elements: run `i` starts at `first + i * apart` in `x` and is `length` long. */
export function sliceRuns({ x, axis, start, end }: SliceArgs) {
  const at = axisFromStart(x, axis)
  const inner = elementCount(x.shape.slice(at + 1))
  return {
    count: elementCount(x.shape.slice(0, at)),
    first: start * inner,
    apart: x.shape[at]! * inner,
    length: (end - start) * inner,
  }
}
