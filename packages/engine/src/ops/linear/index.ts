import type { Engine } from '../../engine.ts'
import type { Op } from '../../op.ts'
import type { Tensor } from '../../tensor.ts'
import { elementCount } from '../../tensor.ts'
import type { LinearArgs, LinearOptions } from './arguments.ts'
import { linearOutput } from './arguments.ts'
import { linearReference } from './reference.ts'
import { linearWasm } from './wasm.ts'
import { linearWebGpu } from './webgpu.ts'

export type { LinearOptions } from './arguments.ts'

export const linearOp: Op<LinearArgs> = {
  name: 'linear',
  output: linearOutput,
  flops: ({ x, w }) => 2 * elementCount(x.shape) * w.shape[0]!,
  reference: linearReference,
  wasm: linearWasm,
  webgpu: linearWebGpu,
}

/** y[…, N] = residual + gate * (multiply * activation(x[…, K] · w[N, K]ᵀ + bias)). @throws ShapeError */
export const linear = (engine: Engine, x: Tensor, w: Tensor, options: LinearOptions = {}): Tensor =>
  engine.run(linearOp, { x, w, ...options })
