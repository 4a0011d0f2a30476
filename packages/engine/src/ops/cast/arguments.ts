import { ShapeError } from '../../errors.ts'
import type { Tensor, TensorSpec } from '../../tensor.ts'

export interface CastArgs {
  readonly x: Tensor
  readonly dtype: 'f32' | 'f16'
}

/** @throws ShapeError */
export function castOutput({ x, dtype }: CastArgs): TensorSpec {
  if (x.dtype === 'u32') throw new ShapeError('cast', 'floating-point numbers', [x])
  return { shape: x.shape, dtype }
}
