import { ShapeError } from '../../errors.ts'
import type { Tensor, TensorSpec } from '../../tensor.ts'
import { elementCount } from '../../tensor.ts'
import { axisFromStart, hasShape } from '../fits.ts'

export interface ConcatArgs {
  /** One or more, equal in all axes but one. */
  readonly tensors: readonly Tensor[]
  /** May be negative: counted from the end. */
  readonly axis: number
}

/** @throws ShapeError */
export function concatOutput({ tensors, axis }: ConcatArgs): TensorSpec {
  const [first] = tensors
  const at = first ? axisFromStart(first, axis) : -1
  const fits =
    first?.shape[at] !== undefined &&
    tensors.every(
      (x) =>
        hasShape(x, first.shape.with(at, x.shape[at] ?? 0)) &&
        (x.dtype === 'u32') === (first.dtype === 'u32'),
    )
  if (!fits) throw new ShapeError('concat', `tensors that differ in axis ${axis} only`, tensors)
  const total = tensors.reduce((sum, x) => sum + x.shape[at]!, 0)
  return { shape: first.shape.with(at, total), dtype: first.dtype }
}

/** Where each tensor goes: run `i` of it, `length` long, to `first + i * apart` of the result. */
export function concatRuns({ tensors, axis }: ConcatArgs) {
  const at = axisFromStart(tensors[0]!, axis)
  const lengths = tensors.map((x) => elementCount(x.shape.slice(at)))
  const apart = lengths.reduce((sum, length) => sum + length, 0)
  let first = 0
  return tensors.map((x, i) => {
    const run = { x, first, apart, length: lengths[i]!, count: elementCount(x.shape.slice(0, at)) }
    first += lengths[i]!
    return run
  })
}
