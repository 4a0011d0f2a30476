import type { Engine, Op, Tensor } from '@flashworld/engine'
import type { RasterizeArgs, RasterizeOptions } from './arguments.ts'
import { rasterizeOutput } from './arguments.ts'
import { rasterizeReference } from './reference.ts'
import { rasterizeWasm } from './wasm.ts'
import { rasterizeWebGpu } from './webgpu.ts'

export const rasterizeOp: Op<RasterizeArgs> = {
  name: 'rasterize',
  output: rasterizeOutput,
  reference: rasterizeReference,
  wasm: rasterizeWasm,
  webgpu: rasterizeWebGpu,
}

/**
 * Renders Gaussians as each camera sees them: `[n, height, width, 4]`, f32.
 *
 * Channels 0 to 2 are `2 * rgb - 1` clamped to [-1, 1], the background included; channel 3 is the depth,
 * the sum of weight times distance from the camera plane.
 * @param gaussians `[N, 38]` f32: xyz, opacity (at most 1), scale 3, quaternion wxyz, SH 27 coefficient-major
 * @param cameras `[n, 11]` f32: quaternion wxyz, position, fx, fy, cx, cy
 * @throws ShapeError
 */
export const rasterize = (
  engine: Engine,
  gaussians: Tensor,
  cameras: Tensor,
  options: RasterizeOptions,
): Tensor => engine.run(rasterizeOp, { gaussians, cameras, ...options })
