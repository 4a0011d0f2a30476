import type { DType } from '../../dtype.ts'
import type { Engine } from '../../engine.ts'
import { ShapeError } from '../../errors.ts'
import type { Op } from '../../op.ts'
import type { Tensor } from '../../tensor.ts'
import { sameShape } from '../../tensor.ts'
import { blendReference } from './reference.ts'
import { blendWasm } from './wasm.ts'
import { blendWebGpu } from './webgpu.ts'

export interface BlendOptions {
  readonly a: number
  readonly b: number
  /** What comes out is stored as this; default as `x`. */
  readonly dtype?: DType
}

export interface BlendArgs extends BlendOptions {
  readonly x: Tensor
  /** As `x`; its type may differ. */
  readonly y: Tensor
}

export const blendOp: Op<BlendArgs> = {
  name: 'blend',
  output({ x, y, dtype }) {
    if (!sameShape(x, y)) throw new ShapeError('blend', 'two tensors of one shape', [x, y])
    return { shape: x.shape, dtype: dtype ?? x.dtype }
  },
  reference: blendReference,
  wasm: blendWasm,
  webgpu: blendWebGpu,
}

/** a * x + b * y, element by element. @throws ShapeError */
export const blend = (engine: Engine, x: Tensor, y: Tensor, options: BlendOptions): Tensor =>
  engine.run(blendOp, { x, y, ...options })
