import type { ImageSize } from '@flashworld/camera'
import type { Engine, Op, Tensor } from '@flashworld/engine'
import type { SceneArgs } from './arguments.ts'
import { contributionsOutput } from './arguments.ts'
import { contributionsReference } from './reference.ts'
import { contributionsWasm } from './wasm.ts'
import { contributionsWebGpu } from './webgpu.ts'

export const contributionsOp: Op<SceneArgs> = {
  name: 'contributions',
  output: contributionsOutput,
  reference: contributionsReference,
  wasm: contributionsWasm,
  webgpu: contributionsWebGpu,
}

/**
 * How much each Gaussian shows: `[N]`, f32, the sum of its weights over all pixels of all cameras.
 * @param gaussians `[N, 38]` f32
 * @param cameras `[n, 11]` f32
 * @throws ShapeError
 */
export const contributions = (
  engine: Engine,
  gaussians: Tensor,
  cameras: Tensor,
  size: ImageSize,
): Tensor => engine.run(contributionsOp, { gaussians, cameras, ...size })
