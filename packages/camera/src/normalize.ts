import type { Mat4 } from '@flashworld/math'
import { decomposePose, invertPose, multiplyPose, poseMatrix } from '@flashworld/math'
import type { Camera } from './camera.ts'
import { checkCameraCount } from './camera.ts'

/** Added to the path's extent before dividing, so that a path that stays in one place is finite. */
const EXTENT_MARGIN = 0.01

/** How the model's frame lies in the user's. */
export interface PathFrame {
  /** World-to-camera matrix of the path's first camera, `ref`. */
  readonly reference: Mat4
  /**
   * `T`: the largest distance of a camera from the first, in the user's unit. Exports multiply
   * the scene's positions and scales by it (without the 0.01, as the published code does).
   */
  readonly extent: number
}

/** Cameras in the model's frame: the first is the identity, none is farther away than 1. */
export interface NormalizedPath {
  readonly cameras: Camera[]
  readonly frame: PathFrame
}

/**
 * Cameras relative to the first, positions divided by `extent + 0.01`; rotations with real part
 * >= 0. `ref = inverse(c2w[0])`, `c2w' = ref c2w`, `t' = t' / (max |t'| + 0.01)`.
 * @throws CameraError `camera/count` on an empty path
 * @example
 * ```ts
 * import { normalizeCameras, templatePath } from '@flashworld/camera'
 *
 * const path = templatePath('dolly-forward:3', { count: 4, size: { width: 192, height: 128 } })
 * const { cameras, frame } = normalizeCameras(path)
 * console.log(frame.extent, cameras[0]!.position) // 3 [0, 0, 0]
 * ```
 */
export function normalizeCameras(cameras: readonly Camera[]): NormalizedPath {
  checkCameraCount(cameras.length, 1)
  const reference = invertPose(poseMatrix(cameras[0]!))
  const distances = cameras.map((c) => Math.hypot(...posed(c, reference).position))
  const frame = { reference, extent: Math.max(...distances) }
  return { cameras: camerasInFrame(cameras, frame), frame }
}

/**
 * Other cameras of the same world (a video's, a viewer's) in the model's frame.
 * @example
 * ```ts
 * import { camerasInFrame, normalizeCameras, templatePath } from '@flashworld/camera'
 *
 * const size = { width: 192, height: 128 }
 * const { frame } = normalizeCameras(templatePath('dolly-forward:3', { count: 4, size }))
 * const others = camerasInFrame(templatePath('orbit-left', { count: 8, size }), frame)
 * ```
 */
export function camerasInFrame(cameras: readonly Camera[], frame: PathFrame): Camera[] {
  const unit = frame.extent + EXTENT_MARGIN
  return cameras.map((camera) => {
    const { rotation, position: p } = posed(camera, frame.reference)
    return { ...camera, rotation, position: [p[0] / unit, p[1] / unit, p[2] / unit] }
  })
}

function posed(camera: Camera, reference: Mat4) {
  return decomposePose(multiplyPose(reference, poseMatrix(camera)))
}
