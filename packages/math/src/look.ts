import type { Quat } from './quat.ts'
import { axisAngleQuat, mat3ToQuat, multiplyQuat, quatToMat3 } from './quat.ts'
import type { Vec3 } from './vector.ts'
import { crossVec, lengthVec, scaleVec } from './vector.ts'

/**
 * How a camera is turned, degrees: first rolled about its own axis, then pitched, then turned about the world's
 * vertical, y. All 0 looks down -z. Counter-clockwise: a positive yaw looks to the left, a positive pitch up, a
 * positive roll tips the camera to its left.
 */
export interface Angles {
  readonly yaw: number
  readonly pitch: number
  readonly roll: number
}

const DEGREES = 180 / Math.PI
const X: Vec3 = [1, 0, 0]
const Y: Vec3 = [0, 1, 0]
const Z: Vec3 = [0, 0, 1]
/** A direction is along another below this sine of the angle between them. */
const PARALLEL = 1e-9

/** The angles of a rotation: pitch from -90 to 90, the others from -180 to 180; roll 0 straight up and down. */
export function anglesOfQuat(q: Quat): Angles {
  const [, m01, m02, m10, m11, m12, , m21, m22] = quatToMat3(q)
  const level = Math.hypot(m02, m22)
  const pitch = Math.atan2(-m12, level) * DEGREES
  if (level > PARALLEL) {
    return { yaw: Math.atan2(m02, m22) * DEGREES, pitch, roll: Math.atan2(m10, m11) * DEGREES }
  }
  const sign = -Math.sign(m12)
  return { yaw: Math.atan2(m01 * sign, m21 * sign) * DEGREES, pitch, roll: 0 }
}

/** The rotation of angles in degrees; a unit quaternion. */
export function quatOfAngles({ yaw, pitch, roll }: Angles): Quat {
  const heading = multiplyQuat(axisAngleQuat(Y, yaw), axisAngleQuat(X, pitch))
  return multiplyQuat(heading, axisAngleQuat(Z, roll))
}

/** Where a camera looks that is so turned; a unit vector. */
export function forwardOf(q: Quat): Vec3 {
  const m = quatToMat3(q)
  return [-m[2], -m[5], -m[8]]
}

/** What is up in the picture of a camera that is so turned; a unit vector. */
export function upOf(q: Quat): Vec3 {
  const m = quatToMat3(q)
  return [m[1], m[4], m[7]]
}

/**
 * The rotation of a camera that looks in a direction, its picture's up as near to `up` as can be.
 * Undefined where that is not one rotation: the direction has no length, or is along `up`.
 */
export function lookQuat(direction: Vec3, up: Vec3 = Y): Quat | undefined {
  const length = lengthVec(direction)
  if (!(length > 0)) return undefined
  const back = scaleVec(direction, -1 / length)
  const across = crossVec(up, back)
  const width = lengthVec(across)
  if (!(width > PARALLEL * lengthVec(up))) return undefined
  const x = scaleVec(across, 1 / width)
  const y = crossVec(back, x)
  return mat3ToQuat([x[0], y[0], back[0], x[1], y[1], back[1], x[2], y[2], back[2]])
}
