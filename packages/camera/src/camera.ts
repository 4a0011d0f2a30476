import type { Pose } from '@flashworld/math'
import { CameraError } from './camera-error.ts'
import type { Lens } from './lens.ts'
import type { ImageSize } from './picture.ts'
import { checkImageSize } from './picture.ts'

/**
 * A pinhole camera. The pose is camera-to-world with OpenGL axes: x right, y up, looking down -z.
 * Its intrinsics are normalised and never part from the picture that they belong to, `size`.
 */
export interface Camera extends Pose, Lens {}

/** Floats of a packed camera: `qw qx qy qz tx ty tz fx fy cx cy`. */
export const CAMERA_FLOATS = 11

/** The longest path that is read or made. */
export const MAX_CAMERAS = 4096

/** Far beyond any scene, and still exact enough in f32 after normalising. */
const MAX_VALUE = 1e6
/** In image widths or heights: a field of view of 179.9 degrees. */
const MIN_FOCAL = 1e-3

/**
 * Cameras as floats `[n, 11]`, one row each: `qw qx qy qz tx ty tz fx fy cx cy`.
 * @example
 * ```ts
 * import { CAMERA_FLOATS, packCameras, templatePath } from '@flashworld/camera'
 *
 * const cameras = templatePath('orbit-left', { count: 4, size: { width: 192, height: 128 } })
 * console.log(packCameras(cameras).length === 4 * CAMERA_FLOATS) // true
 * ```
 */
export function packCameras(cameras: readonly Camera[]): Float32Array<ArrayBuffer> {
  const out = new Float32Array(cameras.length * CAMERA_FLOATS)
  cameras.forEach((c, i) => {
    out.set([...c.rotation, ...c.position, c.fx, c.fy, c.cx, c.cy], i * CAMERA_FLOATS)
  })
  return out
}

/**
 * The inverse of `packCameras`.
 * @param size the picture that the intrinsics belong to, which the floats do not say
 * @throws CameraError `camera/count` when the length is not a multiple of 11
 * @example
 * ```ts
 * import { packCameras, templatePath, unpackCameras } from '@flashworld/camera'
 *
 * const size = { width: 192, height: 128 }
 * const cameras = templatePath('orbit-left', { count: 4, size })
 * const same = unpackCameras(packCameras(cameras), size)
 * ```
 */
export function unpackCameras(data: ArrayLike<number>, size: ImageSize): Camera[] {
  if (data.length % CAMERA_FLOATS !== 0) {
    throw new CameraError(
      'camera/count',
      `unpackCameras: expected a multiple of ${CAMERA_FLOATS} floats, got ${data.length}`,
    )
  }
  return Array.from({ length: data.length / CAMERA_FLOATS }, (_, i) => {
    const at = (k: number) => data[i * CAMERA_FLOATS + k]!
    return {
      rotation: [at(0), at(1), at(2), at(3)],
      position: [at(4), at(5), at(6)],
      fx: at(7),
      fy: at(8),
      cx: at(9),
      cy: at(10),
      size,
    }
  })
}

/**
 * Answers the camera when all of it can be computed with.
 * @param where what the message names, such as `cameras[3]`
 * @throws CameraError `camera/value`
 * @example
 * ```ts
 * import { checkCamera, lensFromFov } from '@flashworld/camera'
 *
 * const lens = lensFromFov({ width: 192, height: 128 })
 * const camera = checkCamera({ rotation: [1, 0, 0, 0], position: [0, 0, 2], ...lens }, 'the camera')
 * ```
 */
export function checkCamera(camera: Camera, where: string): Camera {
  camera.rotation.forEach((v, i) => checkNumber(v, `${where}.quaternion[${i}]`))
  if (!(Math.hypot(...camera.rotation) > 1e-6)) {
    throw new CameraError(
      'camera/value',
      `${where}.quaternion: expected a length above 0, got [${camera.rotation}]`,
    )
  }
  camera.position.forEach((v, i) => checkNumber(v, `${where}.position[${i}]`))
  checkNumber(camera.cx, `${where}.cx`)
  checkNumber(camera.cy, `${where}.cy`)
  checkFocal(camera.fx, `${where}.fx`)
  checkFocal(camera.fy, `${where}.fy`)
  checkImageSize(camera.size, where)
  return camera
}

/**
 * Checks the number of cameras of a path.
 * @throws CameraError `camera/count` unless `count` is a whole number from `least` to 4096
 * @example
 * ```ts
 * import { checkCameraCount } from '@flashworld/camera'
 *
 * checkCameraCount(24)
 * ```
 */
export function checkCameraCount(count: number, least = 2): void {
  if (!Number.isInteger(count) || count < least || count > MAX_CAMERAS) {
    throw new CameraError(
      'camera/count',
      `cameras: expected ${least} to ${MAX_CAMERAS} of them, got ${count}`,
    )
  }
}

function checkNumber(value: number, where: string): void {
  if (!(Math.abs(value) <= MAX_VALUE)) {
    throw new CameraError(
      'camera/value',
      `${where}: expected a finite number of at most ${MAX_VALUE}, got ${value}`,
    )
  }
}

function checkFocal(value: number, where: string): void {
  checkNumber(value, where)
  if (value < MIN_FOCAL) {
    throw new CameraError(
      'camera/value',
      `${where}: expected at least ${MIN_FOCAL} of the image's side, got ${value}`,
    )
  }
}
