import type { DType } from '../../dtype.ts'
import type { Engine } from '../../engine.ts'
import { ShapeError } from '../../errors.ts'
import type { Op } from '../../op.ts'
import type { Tensor } from '../../tensor.ts'
import { channels } from '../../tensor.ts'
import { isVector } from '../fits.ts'
import { affineReference } from './reference.ts'
import { affineWasm } from './wasm.ts'
import { affineWebGpu } from './webgpu.ts'

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

export const affineOp: Op<AffineArgs> = {
  name: 'affine',
  output({ x, scale, shift, dtype }) {
    if (![scale, shift].every((v) => isVector(v, channels(x)))) {
      throw new ShapeError('affine', 'x[…, C], scale f32[C], shift f32[C]', [x, scale, shift])
    }
    return { shape: x.shape, dtype: dtype ?? x.dtype }
  },
  reference: affineReference,
  wasm: affineWasm,
  webgpu: affineWebGpu,
}

/** y[…, C] = x * scale + shift, channel by channel. @throws ShapeError */
export const affine = (
  engine: Engine,
  x: Tensor,
  scale: Tensor,
  shift: Tensor,
  options: AffineOptions = {},
): Tensor => engine.run(affineOp, { x, scale, shift, ...options })
