import { CAMERA_FLOATS } from '@flashworld/camera'
import type { Engine, Op, Tensor } from '@flashworld/engine'
import { ShapeError } from '@flashworld/engine'
import { gaussianFloats, gaussiansPerPixel } from '../config.ts'
import { gaussianHeadReference } from './reference.ts'
import { gaussianHeadWasm } from './wasm.ts'
import { gaussianHeadWebGpu } from './webgpu.ts'

export interface GaussianHeadArgs {
  /** `[B, a, b, 76]`: for each of two Gaussians 38 channels, see layout.ts. */
  readonly raw: Tensor
  /** `[B, 11]`, f32 */
  readonly cameras: Tensor
}

export const gaussianHeadOp: Op<GaussianHeadArgs> = {
  name: 'gaussianHead',
  output({ raw, cameras }) {
    const [batch, height, width, channels] = raw.shape
    const fits =
      raw.shape.length === 4 &&
      channels === gaussiansPerPixel * gaussianFloats &&
      cameras.shape.length === 2 &&
      cameras.shape[0] === batch &&
      cameras.shape[1] === CAMERA_FLOATS &&
      cameras.dtype === 'f32'
    if (!fits)
      throw new ShapeError('gaussianHead', 'raw[B, a, b, 76], cameras f32[B, 11]', [raw, cameras])
    return { shape: [batch!, gaussiansPerPixel, height!, width!, gaussianFloats], dtype: 'f32' }
  },
  reference: gaussianHeadReference,
  wasm: gaussianHeadWasm,
  webgpu: gaussianHeadWebGpu,
}

/**
 * Raw channels to Gaussians `[B, 2, a, b, 38]`, f32: along the ray through the pixel, moved by the uv offset, at
 * depth exp(.); opacity sigmoid(.); scale 16 sigmoid(.) pixels at that depth; rotation normalised. @throws ShapeError
 */
export const gaussianHead = (engine: Engine, raw: Tensor, cameras: Tensor): Tensor =>
  engine.run(gaussianHeadOp, { raw, cameras })
