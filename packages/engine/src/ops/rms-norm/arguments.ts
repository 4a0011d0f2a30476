import type { DType } from '../../dtype.ts'
import { ShapeError } from '../../errors.ts'
import type { Tensor, TensorSpec } from '../../tensor.ts'
import { channels } from '../../tensor.ts'
import type { Activation } from '../activation/arguments.ts'
import { isVector } from '../fits.ts'

export interface RmsNormOptions {
  /** Added to the mean square. */
  readonly eps: number
  readonly activation?: Activation
  /** What comes out is stored as this; default as `x`. */
  readonly dtype?: DType
}

export interface RmsNormArgs extends RmsNormOptions {
  /** `[…, C]` */
  readonly x: Tensor
  /** `[C]`, f32 */
  readonly weight: Tensor
}

/** @throws ShapeError */
export function rmsNormOutput({ x, weight, dtype }: RmsNormArgs): TensorSpec {
  if (!isVector(weight, channels(x)))
    throw new ShapeError('rmsNorm', 'x[…, C], weight f32[C]', [x, weight])
  return { shape: x.shape, dtype: dtype ?? x.dtype }
}
