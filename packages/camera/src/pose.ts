import type { Camera } from './camera.ts'
import { mat3ToQuat, quatToMat3 } from './quat.ts'
import type { Mat3, Quat, Vec3 } from './quat.ts'

/** A 4x4 matrix, row-major, for column vectors; a pose's last row is `0 0 0 1`. */
// prettier-ignore
export type Mat4 = readonly [
  number, number, number, number,
  number, number, number, number,
  number, number, number, number,
  number, number, number, number,
]

export const IDENTITY_POSE: Mat4 = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]

/** The pose with this rotation and translation. */
export function composePose(rotation: Mat3, t: Vec3): Mat4 {
  const r = rotation
  return [r[0], r[1], r[2], t[0], r[3], r[4], r[5], t[1], r[6], r[7], r[8], t[2], 0, 0, 0, 1]
}

/** The camera-to-world matrix of a camera. */
export function cameraToWorld(camera: Pick<Camera, 'rotation' | 'position'>): Mat4 {
  return composePose(quatToMat3(camera.rotation), camera.position)
}

/** The rotation and the place of a camera from its camera-to-world matrix; real part >= 0. */
export function decomposePose(pose: Mat4): { rotation: Quat; position: Vec3 } {
  return { rotation: mat3ToQuat(rotationOf(pose)), position: translationOf(pose) }
}

export function rotationOf(m: Mat4): Mat3 {
  return [m[0], m[1], m[2], m[4], m[5], m[6], m[8], m[9], m[10]]
}

export function translationOf(m: Mat4): Vec3 {
  return [m[3], m[7], m[11]]
}

export function rotateVec(r: Mat3, v: Vec3): Vec3 {
  // prettier-ignore
  return [
    r[0] * v[0] + r[1] * v[1] + r[2] * v[2],
    r[3] * v[0] + r[4] * v[1] + r[5] * v[2],
    r[6] * v[0] + r[7] * v[1] + r[8] * v[2],
  ]
}

export function transposeMat3(r: Mat3): Mat3 {
  return [r[0], r[3], r[6], r[1], r[4], r[7], r[2], r[5], r[8]]
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

/**
 * A camera-to-world matrix between OpenGL's axes (x right, y up, looking down -z) and OpenCV's
 * (x right, y down, looking down +z): the y and z columns change sign. Its own inverse.
 */
export function flipCameraAxes(pose: Mat4): Mat4 {
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
export function flipWorldAxes(pose: Mat4): Mat4 {
  const m = pose
  // prettier-ignore
  return [
    m[0], m[1], m[2], m[3],
    -m[4], -m[5], -m[6], -m[7],
    -m[8], -m[9], -m[10], -m[11],
    0, 0, 0, 1,
  ]
}
