import { CAMERA_FLOATS } from '@flashworld/camera'
import type { ImageSize } from '@flashworld/camera'
import type { Tensor, TensorSpec } from '@flashworld/engine'
import { ShapeError } from '@flashworld/engine'
import { PACKED_FLOATS } from '@flashworld/splats'

/** What every operation on a scene and its views takes. */
export interface SceneArgs extends ImageSize {
  /** `[N, 38]` f32: xyz, opacity (at most 1), scale 3, quaternion wxyz, SH 27 coefficient-major. */
  readonly gaussians: Tensor
  /** `[n, 11]` f32: quaternion wxyz, position, fx, fy, cx, cy; camera-to-world OpenGL, normalised intrinsics. */
  readonly cameras: Tensor
}

export interface RasterizeOptions extends ImageSize {
  /** Red, green, blue from 0 to 1: what shines through where the scene ends. */
  readonly background: readonly [number, number, number]
}

export interface RasterizeArgs extends SceneArgs, RasterizeOptions {}

/** @throws ShapeError */
export function rasterizeOutput(args: RasterizeArgs): TensorSpec {
  checkScene('rasterize', args)
  return { shape: [args.cameras.shape[0]!, args.height, args.width, 4], dtype: 'f32' }
}

/** @throws ShapeError */
export function contributionsOutput(args: SceneArgs): TensorSpec {
  checkScene('contributions', args)
  return { shape: [args.gaussians.shape[0]!], dtype: 'f32' }
}

function checkScene(op: string, { gaussians, cameras, width, height }: SceneArgs): void {
  const isMatrix = (x: Tensor, columns: number) =>
    x.dtype === 'f32' && x.shape.length === 2 && x.shape[1] === columns
  if (!isMatrix(gaussians, PACKED_FLOATS) || !isMatrix(cameras, CAMERA_FLOATS)) {
    throw new ShapeError(
      op,
      `gaussians f32[N, ${PACKED_FLOATS}], cameras f32[n, ${CAMERA_FLOATS}]`,
      [gaussians, cameras],
    )
  }
  if (![width, height].every((side) => Number.isInteger(side) && side > 0)) {
    throw new ShapeError(op, `whole pixels above 0 for width and height, not ${width}x${height}`, [
      gaussians,
      cameras,
    ])
  }
}
