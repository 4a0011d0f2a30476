import type { DType } from '../../dtype.ts'
import type { Engine } from '../../engine.ts'
import { ShapeError } from '../../errors.ts'
import type { Op } from '../../op.ts'
import type { Tensor } from '../../tensor.ts'
import { channels } from '../../tensor.ts'
import { isVector } from '../fits.ts'
import { layerNormReference } from './reference.ts'
import { layerNormWasm } from './wasm.ts'
import { layerNormWebGpu } from './webgpu.ts'

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

export const layerNormOp: Op<LayerNormArgs> = {
  name: 'layerNorm',
  output({ x, weight, bias, scale, shift, dtype }) {
    const vectors = [weight, bias, scale, shift]
    if (!vectors.every((v) => isVector(v, channels(x)))) {
      throw new ShapeError('layerNorm', 'x[…, C], weight, bias, scale and shift f32[C]', [
        x,
        ...vectors,
      ])
    }
    return { shape: x.shape, dtype: dtype ?? x.dtype }
  },
  reference: layerNormReference,
  wasm: layerNormWasm,
  webgpu: layerNormWebGpu,
}

/**
 * y[…, C] = (n * weight + bias) * (1 + scale) + shift with n = (x - mean) / sqrt(variance + eps), both
 * over C. What is not given is left out. @throws ShapeError
 */
export const layerNorm = (engine: Engine, x: Tensor, options: LayerNormOptions): Tensor =>
  engine.run(layerNormOp, { x, ...options })
