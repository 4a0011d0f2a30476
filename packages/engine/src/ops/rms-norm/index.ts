import type { Engine } from '../../engine.ts'
import type { Op } from '../../op.ts'
import type { Tensor } from '../../tensor.ts'
import type { RmsNormArgs, RmsNormOptions } from './arguments.ts'
import { rmsNormOutput } from './arguments.ts'
import { rmsNormReference } from './reference.ts'
import { rmsNormWasm } from './wasm.ts'
import { rmsNormWebGpu } from './webgpu.ts'

export type { RmsNormOptions } from './arguments.ts'

export const rmsNormOp: Op<RmsNormArgs> = {
  name: 'rmsNorm',
  output: rmsNormOutput,
  reference: rmsNormReference,
  wasm: rmsNormWasm,
  webgpu: rmsNormWebGpu,
}

/** y[…, C] = activation(x / sqrt(mean(x²) + eps) * weight), the mean over C. @throws ShapeError */
export const rmsNorm = (
  engine: Engine,
  x: Tensor,
  weight: Tensor,
  options: RmsNormOptions,
): Tensor => engine.run(rmsNormOp, { x, weight, ...options })
