import type { DType } from '../../dtype.ts'
import type { Engine } from '../../engine.ts'
import { ShapeError } from '../../errors.ts'
import type { Op } from '../../op.ts'
import type { Tensor } from '../../tensor.ts'
import { channels } from '../../tensor.ts'
import type { Activation } from '../activation/index.ts'
import { isVector } from '../fits.ts'
import { rmsNormReference } from './reference.ts'
import { rmsNormWasm } from './wasm.ts'
import { rmsNormWebGpu } from './webgpu.ts'

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

export const rmsNormOp: Op<RmsNormArgs> = {
  name: 'rmsNorm',
  output({ x, weight, dtype }) {
    if (!isVector(weight, channels(x)))
      throw new ShapeError('rmsNorm', 'x[…, C], weight f32[C]', [x, weight])
    return { shape: x.shape, dtype: dtype ?? x.dtype }
  },
  reference: rmsNormReference,
  wasm: rmsNormWasm,
  webgpu: rmsNormWebGpu,
}

/** y[…, C] = activation(x / sqrt(mean(x²) + eps) * weight), the mean over C. @throws ShapeError */
export const rmsNorm = (
  engine: Engine,
  x: Tensor,
  weight: Tensor,
  options: RmsNormOptions,
): Tensor => engine.run(rmsNormOp, { x, weight, ...options })
