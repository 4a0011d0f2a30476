import type { Mat3, Mat4, Pose } from '@flashworld/math'
import { crossVec, decomposePose, poseMatrix } from '@flashworld/math'
import { CameraError } from '../camera-error.ts'

/** A file's world: `rub` has y up, as here; `rdf` is turned by half a turn about x: y down. */
export type WorldAxes = 'rub' | 'rdf'

/** How files for 3DGS tools hold their world unless told otherwise: y down, as 3DGS PLY does. */
export const DEFAULT_WORLD: WorldAxes = 'rdf'

/** Entries of a rotation matrix that was written with few digits. */
const ROTATION_TOLERANCE = 1e-3

/** The camera-to-world matrix with OpenCV's camera axes in a file's world. */
export function toOpenCvPose(camera: Pose, world: WorldAxes): Mat4 {
  const pose = flipCameraAxes(poseMatrix(camera))
  return world === 'rdf' ? flipWorldAxes(pose) : pose
}

/** The inverse of `toOpenCvPose`. */
export function fromOpenCvPose(pose: Mat4, world: WorldAxes): Pose {
  return decomposePose(flipCameraAxes(world === 'rdf' ? flipWorldAxes(pose) : pose))
}

/** @throws CameraError `camera/value` unless the rows are orthonormal and right-handed */
export function checkRotation(m: Mat3, where: string): Mat3 {
  const row = (i: number) => [m[3 * i]!, m[3 * i + 1]!, m[3 * i + 2]!] as const
  const [a, b, c] = [row(0), row(1), row(2)]
  const off = [
    Math.hypot(...a) - 1,
    Math.hypot(...b) - 1,
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2],
    ...crossVec(a, b).map((v, i) => v - c[i]!),
  ]
  if (m.length !== 9 || !off.every((v) => Math.abs(v) < ROTATION_TOLERANCE)) {
    throw new CameraError('camera/value', `${where}: expected a rotation matrix, got [${m}]`)
  }
  return m
}

/**
 * A camera-to-world matrix between OpenGL's axes (x right, y up, looking down -z) and OpenCV's
 * (x right, y down, looking down +z): the y and z columns change sign. Its own inverse.
 */
function flipCameraAxes(pose: Mat4): Mat4 {
  const m = pose
  // prettier-ignore
  return [
    m[0], -m[1], -m[2], m[3],
    m[4], -m[5], -m[6], m[7],
    m[8], -m[9], -m[10], m[11],
    0, 0, 0, 1,
  ]
}

/**
 * A camera-to-world matrix in a world turned by 180 degrees about x, which takes a y-up world to a
 * y-down one: the y and z rows change sign. Its own inverse.
 */
function flipWorldAxes(pose: Mat4): Mat4 {
  const m = pose
  // prettier-ignore
  return [
    m[0], m[1], m[2], m[3],
    -m[4], -m[5], -m[6], -m[7],
    -m[8], -m[9], -m[10], -m[11],
    0, 0, 0, 1,
  ]
}
