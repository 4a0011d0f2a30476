import { ShapeError } from '../../errors.ts'
import type { Tensor, TensorSpec } from '../../tensor.ts'

export interface NotFiniteArgs {
  readonly x: Tensor
}

export function notFiniteOutput({ x }: NotFiniteArgs): TensorSpec {
  if (x.dtype === 'u32') throw new ShapeError('notFinite', 'floating-point numbers', [x])
  return { shape: [1], dtype: 'f32' }
}
