import type { DType } from '../../dtype.ts'
import { ShapeError } from '../../errors.ts'
import type { Tensor, TensorSpec } from '../../tensor.ts'
import { sameShape } from '../../tensor.ts'

export interface BlendOptions {
  readonly a: number
  readonly b: number
  /** What comes out is stored as this; default as `x`. */
  readonly dtype?: DType
}

export interface BlendArgs extends BlendOptions {
  readonly x: Tensor
  /** As `x`; its type may differ. */
  readonly y: Tensor
}

/** @throws ShapeError */
export function blendOutput({ x, y, dtype }: BlendArgs): TensorSpec {
  if (!sameShape(x, y)) throw new ShapeError('blend', 'two tensors of one shape', [x, y])
  return { shape: x.shape, dtype: dtype ?? x.dtype }
}
