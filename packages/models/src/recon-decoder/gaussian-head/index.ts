import type { Engine, Op, Tensor } from '@flashworld/engine'
import type { GaussianHeadArgs } from './arguments.ts'
import { gaussianHeadOutput } from './arguments.ts'
import { gaussianHeadReference } from './reference.ts'
import { gaussianHeadWasm } from './wasm.ts'
import { gaussianHeadWebGpu } from './webgpu.ts'

export const gaussianHeadOp: Op<GaussianHeadArgs> = {
  name: 'gaussianHead',
  output: gaussianHeadOutput,
  reference: gaussianHeadReference,
  wasm: gaussianHeadWasm,
  webgpu: gaussianHeadWebGpu,
}

/**
 * Raw channels to Gaussians `[B, 2, a, b, 38]`, f32: along the ray through the pixel, moved by the uv offset, at
 * depth exp(.); opacity sigmoid(.); scale 16 sigmoid(.) pixels at that depth; rotation normalised. @throws ShapeError
 */
export const gaussianHead = (engine: Engine, raw: Tensor, cameras: Tensor): Tensor =>
  engine.run(gaussianHeadOp, { raw, cameras })
