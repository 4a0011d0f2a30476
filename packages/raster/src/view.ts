import { lensInPixels, unpackCameras } from '@flashworld/camera'
import type { Camera, ImageSize } from '@flashworld/camera'
import type { Mat3, Vec3 } from '@flashworld/math'
import { quatToMat3, rotateVec, transposeMat3 } from '@flashworld/math'
import { frustumMargin } from './limits.ts'

/** A camera as the rasterizer looks through it: OpenCV axes (x right, y down, z forward), pixels. */
export interface View {
  /** World-to-camera rotation. */
  readonly rotation: Mat3
  /** The camera's place in the world. */
  readonly position: Vec3
  readonly fx: number
  readonly fy: number
  readonly cx: number
  readonly cy: number
}

/** Views of packed cameras `[n, 11]` at an image size in pixels. */
export function unpackViews(cameras: Float32Array, size: ImageSize): View[] {
  return unpackCameras(cameras, size).map(toView)
}

function toView(camera: Camera): View {
  const [xx, xy, xz, yx, yy, yz, zx, zy, zz] = transposeMat3(quatToMat3(camera.rotation))
  return {
    // OpenGL's y and z point the other way
    rotation: [xx, xy, xz, -yx, -yy, -yz, -zx, -zy, -zz],
    position: camera.position,
    ...lensInPixels(camera),
  }
}

/** A point of the world in the view's own axes. */
export const toCamera = ({ rotation, position }: View, [x, y, z]: Vec3): Vec3 =>
  rotateVec(rotation, [x - position[0], y - position[1], z - position[2]])

/**
 * The least and the greatest x/z and y/z at which the projection is linearised: those of the image's sides
 * and a margin.
 */
export function slopeLimits(
  view: View,
  { width, height }: ImageSize,
): [x: [number, number], y: [number, number]] {
  const limits = (focal: number, principal: number, extent: number): [number, number] => {
    const margin = (frustumMargin * 0.5 * extent) / focal
    return [-principal / focal - margin, (extent - principal) / focal + margin]
  }
  return [limits(view.fx, view.cx, width), limits(view.fy, view.cy, height)]
}
