import type { DType } from '../../dtype.ts'
import { ShapeError } from '../../errors.ts'
import type { Tensor, TensorSpec } from '../../tensor.ts'
import { channels } from '../../tensor.ts'
import { isVector } from '../fits.ts'

export interface AffineOptions {
  /** What comes out is stored as this; default as `x`. */
  readonly dtype?: DType
}

export interface AffineArgs extends AffineOptions {
  /** `[…, C]` */
  readonly x: Tensor
  /** `[C]`, f32 */
  readonly scale: Tensor
  /** `[C]`, f32 */
  readonly shift: Tensor
}

/** @throws ShapeError */
export function affineOutput({ x, scale, shift, dtype }: AffineArgs): TensorSpec {
  if (![scale, shift].every((v) => isVector(v, channels(x)))) {
    throw new ShapeError('affine', 'x[…, C], scale f32[C], shift f32[C]', [x, scale, shift])
  }
  return { shape: x.shape, dtype: dtype ?? x.dtype }
}
