import type { DType } from '../../dtype.ts'
import { ShapeError } from '../../errors.ts'
import type { Tensor, TensorSpec } from '../../tensor.ts'
import { channels } from '../../tensor.ts'
import { isVector } from '../fits.ts'

export interface LayerNormOptions {
  /** Added to the variance. */
  readonly eps: number
  /** `[C]`, f32 */
  readonly weight?: Tensor
  /** `[C]`, f32 */
  readonly bias?: Tensor
  /** `[C]`, f32: then multiplies by 1 + scale … */
  readonly scale?: Tensor
  /** `[C]`, f32: … and adds shift. */
  readonly shift?: Tensor
  /** What comes out is stored as this; default as `x`. */
  readonly dtype?: DType
}

export interface LayerNormArgs extends LayerNormOptions {
  /** `[…, C]` */
  readonly x: Tensor
}

/** @throws ShapeError */
export function layerNormOutput({
  x,
  weight,
  bias,
  scale,
  shift,
  dtype,
}: LayerNormArgs): TensorSpec {
  const vectors = [weight, bias, scale, shift]
  if (!vectors.every((v) => isVector(v, channels(x)))) {
    throw new ShapeError('layerNorm', 'x[…, C], weight, bias, scale and shift f32[C]', [
      x,
      ...vectors,
    ])
  }
  return { shape: x.shape, dtype: dtype ?? x.dtype }
}
