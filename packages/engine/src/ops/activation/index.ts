import type { Engine } from '../../engine.ts'
import type { Op } from '../../op.ts'
import type { Tensor } from '../../tensor.ts'
import { activationReference } from './reference.ts'
import { activationWasm } from './wasm.ts'
import { activationWebGpu } from './webgpu.ts'

/** `gelu` is its tanh form, as the published model has it. */
export type Activation = 'silu' | 'gelu'

export interface ActivationArgs {
  readonly x: Tensor
  readonly activation: Activation
}

export const activationOp: Op<ActivationArgs> = {
  name: 'activation',
  output: ({ x }) => ({ shape: x.shape, dtype: x.dtype }),
  reference: activationReference,
  wasm: activationWasm,
  webgpu: activationWebGpu,
}

/** silu(x) = x / (1 + e^-x), or gelu(x) in its tanh form; element by element. */
export const activation = (engine: Engine, x: Tensor, kind: Activation): Tensor =>
  engine.run(activationOp, { x, activation: kind })
