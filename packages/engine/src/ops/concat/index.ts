import type { Engine } from '../../engine.ts'
import type { Op } from '../../op.ts'
import type { Tensor } from '../../tensor.ts'
import type { ConcatArgs } from './arguments.ts'
import { concatOutput } from './arguments.ts'
import { concatReference } from './reference.ts'
import { concatWasm } from './wasm.ts'
import { concatWebGpu } from './webgpu.ts'

export const concatOp: Op<ConcatArgs> = {
  name: 'concat',
  output: concatOutput,
  reference: concatReference,
  wasm: concatWasm,
  webgpu: concatWebGpu,
}

/** Tensors side by side along one axis, stored as the first is. @throws ShapeError */
export const concat = (engine: Engine, tensors: readonly Tensor[], axis: number): Tensor =>
  engine.run(concatOp, { tensors, axis })
