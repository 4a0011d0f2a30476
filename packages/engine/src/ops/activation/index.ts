import type { Engine } from '../../engine.ts'
import type { Op } from '../../op.ts'
import type { Tensor } from '../../tensor.ts'
import type { Activation, ActivationArgs } from './arguments.ts'
import { activationOutput } from './arguments.ts'
import { activationReference } from './reference.ts'
import { activationWasm } from './wasm.ts'
import { activationWebGpu } from './webgpu.ts'

export type { Activation } from './arguments.ts'

export const activationOp: Op<ActivationArgs> = {
  name: 'activation',
  output: activationOutput,
  reference: activationReference,
  wasm: activationWasm,
  webgpu: activationWebGpu,
}

/** silu(x) = x / (1 + e^-x), or gelu(x) in its tanh form; element by element. */
export const activation = (engine: Engine, x: Tensor, kind: Activation): Tensor =>
  engine.run(activationOp, { x, activation: kind })
