import type { Pose } from '@flashworld/math'
import { invertPose, normalizeQuat, poseMatrix } from '@flashworld/math'
import { CameraError } from '../../camera-error.ts'
import type { Camera } from '../../camera.ts'
import { checkCamera, checkCameraCount } from '../../camera.ts'
import type { Intrinsics, Lens } from '../../lens.ts'
import { lensFromPixels } from '../../lens.ts'
import type { ImageSize } from '../../picture.ts'
import { checkImageSize } from '../../picture.ts'
import type { WorldAxes } from '../opencv-pose.ts'
import { fromOpenCvPose } from '../opencv-pose.ts'
import type { Trajectory } from '../trajectory.ts'

/** A camera of a COLMAP model, its parameters as they stand in the file. */
export interface ColmapCamera {
  readonly model: string
  readonly size: ImageSize
  readonly params: readonly number[]
}

/** An image of a COLMAP model: its pose is world-to-camera with OpenCV's axes. */
export interface ColmapImage {
  readonly name: string
  readonly pose: Pose
  readonly camera: ColmapCamera
  /** What messages call it. */
  readonly where: string
}

/**
 * COLMAP's camera models, by the number that binary files have for them: how many focal lengths
 * (before the two of the principal point), and how many parameters in all. Those of fisheyes bend
 * the picture even when all parameters of distortion are zero.
 */
export const COLMAP_MODELS = [
  { name: 'SIMPLE_PINHOLE', focals: 1, params: 3, fisheye: false },
  { name: 'PINHOLE', focals: 2, params: 4, fisheye: false },
  { name: 'SIMPLE_RADIAL', focals: 1, params: 4, fisheye: false },
  { name: 'RADIAL', focals: 1, params: 5, fisheye: false },
  { name: 'OPENCV', focals: 2, params: 8, fisheye: false },
  { name: 'OPENCV_FISHEYE', focals: 2, params: 8, fisheye: true },
  { name: 'FULL_OPENCV', focals: 2, params: 12, fisheye: false },
  { name: 'FOV', focals: 2, params: 5, fisheye: false },
  { name: 'SIMPLE_RADIAL_FISHEYE', focals: 1, params: 4, fisheye: true },
  { name: 'RADIAL_FISHEYE', focals: 1, params: 5, fisheye: true },
  { name: 'THIN_PRISM_FISHEYE', focals: 2, params: 12, fisheye: true },
  { name: 'RAD_TAN_THIN_PRISM_FISHEYE', focals: 2, params: 16, fisheye: true },
] as const

/**
 * The cameras of a model's images, in the order of the images' names. Only the lenses of images are
 * looked at, so that what no image uses is no obstacle.
 * @throws CameraError `camera/format` on a lens that bends the picture, `camera/value`, `camera/count`
 */
export function colmapTrajectory(images: readonly ColmapImage[], world: WorldAxes): Trajectory {
  checkCameraCount(images.length, 1)
  const sorted = [...images].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
  const cameras = sorted.map(({ pose, camera, where }): Camera => {
    const lens = pinholeLens(camera, where)
    const asRead = checkCamera({ ...pose, ...lens }, where)
    const rotation = normalizeQuat(asRead.rotation)
    const cameraToWorld = invertPose(poseMatrix({ rotation, position: asRead.position }))
    return { ...lens, ...fromOpenCvPose(cameraToWorld, world) }
  })
  return { kind: 'COLMAP model', cameras, notes: [] }
}

function pinholeLens({ model, size, params }: ColmapCamera, where: string): Lens {
  checkImageSize(size, where)
  const known = COLMAP_MODELS.find(({ name }) => name === model)
  if (!known || known.fisheye || params.length !== known.params) {
    const names = COLMAP_MODELS.filter(({ fisheye }) => !fisheye).map(({ name }) => name)
    throw new CameraError(
      'camera/format',
      `${where}: expected one of ${names.join(', ')} with its parameters, ` +
        `got ${model} with ${params.length}; undistort the images first`,
    )
  }
  const distortion = params.slice(known.focals + 2)
  if (distortion.some((value) => value !== 0)) {
    throw new CameraError(
      'camera/format',
      `${where}: expected a lens that does not bend the picture, ` +
        `got ${model} with distortion ${distortion.join(', ')}; undistort the images first`,
    )
  }
  const [fx, fy, cx, cy] = known.focals === 2 ? params : [params[0], ...params]
  return lensFromPixels({ fx, fy, cx, cy } as Intrinsics, size)
}
