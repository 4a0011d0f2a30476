import type { Engine } from '../../engine.ts'
import type { Op } from '../../op.ts'
import type { Tensor } from '../../tensor.ts'
import type { GaussianSampleArgs } from './arguments.ts'
import { gaussianSampleOutput } from './arguments.ts'
import { gaussianSampleReference } from './reference.ts'
import { gaussianSampleWasm } from './wasm.ts'
import { gaussianSampleWebGpu } from './webgpu.ts'

export const gaussianSampleOp: Op<GaussianSampleArgs> = {
  name: 'gaussianSample',
  output: gaussianSampleOutput,
  reference: gaussianSampleReference,
  wasm: gaussianSampleWasm,
  webgpu: gaussianSampleWebGpu,
}

/** Draws from a diagonal Gaussian: mean + exp(logVariance / 2) * eps, `[…, Z]`. @throws ShapeError */
export const gaussianSample = (engine: Engine, moments: Tensor, eps: Tensor): Tensor =>
  engine.run(gaussianSampleOp, { moments, eps })
