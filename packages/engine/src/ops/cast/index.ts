import type { DType } from '../../dtype.ts'
import type { Engine } from '../../engine.ts'
import type { Op } from '../../op.ts'
import type { Tensor } from '../../tensor.ts'
import type { CastArgs } from './arguments.ts'
import { castOutput } from './arguments.ts'
import { castReference } from './reference.ts'
import { castWasm } from './wasm.ts'
import { castWebGpu } from './webgpu.ts'

export const castOp: Op<CastArgs> = {
  name: 'cast',
  output: castOutput,
  reference: castReference,
  wasm: castWasm,
  webgpu: castWebGpu,
}

/** The same numbers stored as another type; CPU backends store f32 whatever is asked. @throws ShapeError */
export const cast = (engine: Engine, x: Tensor, dtype: Extract<DType, 'f32' | 'f16'>): Tensor =>
  engine.run(castOp, { x, dtype })
