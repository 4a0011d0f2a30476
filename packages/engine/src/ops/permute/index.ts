import type { Engine } from '../../engine.ts'
import type { Op } from '../../op.ts'
import type { Tensor } from '../../tensor.ts'
import type { PermuteArgs } from './arguments.ts'
import { permuteOutput } from './arguments.ts'
import { permuteReference } from './reference.ts'
import { permuteWasm } from './wasm.ts'
import { permuteWebGpu } from './webgpu.ts'

export const permuteOp: Op<PermuteArgs> = {
  name: 'permute',
  output: permuteOutput,
  reference: permuteReference,
  wasm: permuteWasm,
  webgpu: permuteWebGpu,
}

/** The axes in another order: axis `i` of the result is axis `order[i]` of `x`. @throws ShapeError */
export const permute = (engine: Engine, x: Tensor, order: readonly number[]): Tensor =>
  engine.run(permuteOp, { x, order })
