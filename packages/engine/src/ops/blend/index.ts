import type { Engine } from '../../engine.ts'
import type { Op } from '../../op.ts'
import type { Tensor } from '../../tensor.ts'
import type { BlendArgs, BlendOptions } from './arguments.ts'
import { blendOutput } from './arguments.ts'
import { blendReference } from './reference.ts'
import { blendWasm } from './wasm.ts'
import { blendWebGpu } from './webgpu.ts'

export type { BlendOptions } from './arguments.ts'

export const blendOp: Op<BlendArgs> = {
  name: 'blend',
  output: blendOutput,
  reference: blendReference,
  wasm: blendWasm,
  webgpu: blendWebGpu,
}

/** a * x + b * y, element by element. @throws ShapeError */
export const blend = (engine: Engine, x: Tensor, y: Tensor, options: BlendOptions): Tensor =>
  engine.run(blendOp, { x, y, ...options })
