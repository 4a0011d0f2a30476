import type { Engine } from '../../engine.ts'
import { ShapeError } from '../../errors.ts'
import type { Op } from '../../op.ts'
import type { Tensor } from '../../tensor.ts'
import { elementCount } from '../../tensor.ts'
import { axisFromStart } from '../fits.ts'
import { sliceReference } from './reference.ts'
import { sliceWasm } from './wasm.ts'
import { sliceWebGpu } from './webgpu.ts'

export interface SliceArgs {
  /** Of any type. */
  readonly x: Tensor
  /** May be negative: counted from the end. */
  readonly axis: number
  readonly start: number
  /** Exclusive. */
  readonly end: number
}

export const sliceOp: Op<SliceArgs> = {
  name: 'slice',
  output({ x, axis, start, end }) {
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
  },
  reference: sliceReference,
  wasm: sliceWasm,
  webgpu: sliceWebGpu,
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

/** Entries `start` to `end` (exclusive) of one axis; the others whole. @throws ShapeError */
export const slice = (
  engine: Engine,
  x: Tensor,
  axis: number,
  start: number,
  end: number,
): Tensor => engine.run(sliceOp, { x, axis, start, end })
