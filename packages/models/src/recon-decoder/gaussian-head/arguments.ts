import { CAMERA_FLOATS } from '@flashworld/camera'
import type { Tensor, TensorSpec } from '@flashworld/engine'
import { ShapeError } from '@flashworld/engine'
import { PACKED_FLOATS } from '@flashworld/splats'
import { gaussiansPerPixel } from '../config.ts'

export interface GaussianHeadArgs {
  /** `[B, a, b, 76]`: for each of two Gaussians 38 channels, see layout.ts. */
  readonly raw: Tensor
  /** `[B, 11]`, f32 */
  readonly cameras: Tensor
}

/** @throws ShapeError */
export function gaussianHeadOutput({ raw, cameras }: GaussianHeadArgs): TensorSpec {
  const [batch, height, width, channels] = raw.shape
  const fits =
    raw.shape.length === 4 &&
    channels === gaussiansPerPixel * PACKED_FLOATS &&
    cameras.shape.length === 2 &&
    cameras.shape[0] === batch &&
    cameras.shape[1] === CAMERA_FLOATS &&
    cameras.dtype === 'f32'
  if (!fits)
    throw new ShapeError('gaussianHead', 'raw[B, a, b, 76], cameras f32[B, 11]', [raw, cameras])
  return { shape: [batch!, gaussiansPerPixel, height!, width!, PACKED_FLOATS], dtype: 'f32' }
}
