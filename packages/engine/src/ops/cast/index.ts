import type { DType } from '../../dtype.ts'
import type { Engine } from '../../engine.ts'
import { ShapeError } from '../../errors.ts'
import type { Op } from '../../op.ts'
import type { Tensor } from '../../tensor.ts'
import { castReference } from './reference.ts'
import { castWasm } from './wasm.ts'
import { castWebGpu } from './webgpu.ts'

export interface CastArgs {
  readonly x: Tensor
  readonly dtype: 'f32' | 'f16'
}

export const castOp: Op<CastArgs> = {
  name: 'cast',
  output({ x, dtype }) {
    if (x.dtype === 'u32') throw new ShapeError('cast', 'floating-point numbers', [x])
    return { shape: x.shape, dtype }
  },
  reference: castReference,
  wasm: castWasm,
  webgpu: castWebGpu,
}

/** The same numbers stored as another type; CPU backends store f32 whatever is asked. @throws ShapeError */
export const cast = (engine: Engine, x: Tensor, dtype: Extract<DType, 'f32' | 'f16'>): Tensor =>
  engine.run(castOp, { x, dtype })
