import type { Mat3, Mat4 } from './matrix.ts'
import { rotateVec, transposeMat3 } from './matrix.ts'
import type { Quat } from './quat.ts'
import { mat3ToQuat, quatToMat3 } from './quat.ts'
import type { Vec3 } from './vector.ts'

/** A rigid movement, or where a thing stands and how it is turned: first the rotation, then the translation. */
export interface Pose {
  readonly rotation: Quat
  readonly position: Vec3
}

/** The matrix of the pose that moves nothing. */
export const IDENTITY_POSE: Mat4 = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]

/** The matrix with this rotation and translation. */
export function composePose(rotation: Mat3, t: Vec3): Mat4 {
  const r = rotation
  return [r[0], r[1], r[2], t[0], r[3], r[4], r[5], t[1], r[6], r[7], r[8], t[2], 0, 0, 0, 1]
}

/** The matrix of a pose. */
export function poseMatrix({ rotation, position }: Pose): Mat4 {
  return composePose(quatToMat3(rotation), position)
}

/** The pose of a matrix; the rotation's real part is >= 0. */
export function decomposePose(pose: Mat4): Pose {
  return { rotation: mat3ToQuat(rotationOf(pose)), position: translationOf(pose) }
}

export function rotationOf(m: Mat4): Mat3 {
  return [m[0], m[1], m[2], m[4], m[5], m[6], m[8], m[9], m[10]]
}

export function translationOf(m: Mat4): Vec3 {
  return [m[3], m[7], m[11]]
}

/** The matrix product `a b`: first `b`, then `a`. Both are poses. */
export function multiplyPose(a: Mat4, b: Mat4): Mat4 {
  const at = (row: number, col: number) =>
    a[row * 4]! * b[col]! +
    a[row * 4 + 1]! * b[4 + col]! +
    a[row * 4 + 2]! * b[8 + col]! +
    a[row * 4 + 3]! * b[12 + col]!
  // prettier-ignore
  return [
    at(0, 0), at(0, 1), at(0, 2), at(0, 3),
    at(1, 0), at(1, 1), at(1, 2), at(1, 3),
    at(2, 0), at(2, 1), at(2, 2), at(2, 3),
    0, 0, 0, 1,
  ]
}

/** The inverse of a rotation and translation: world-to-camera from camera-to-world. */
export function invertPose(pose: Mat4): Mat4 {
  const r = transposeMat3(rotationOf(pose))
  const t = rotateVec(r, translationOf(pose))
  return composePose(r, [-t[0], -t[1], -t[2]])
}
