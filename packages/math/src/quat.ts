import type { Mat3 } from './matrix.ts'
import { rotateVec } from './matrix.ts'
import type { Vec3 } from './vector.ts'

/** A rotation as `[w, x, y, z]`, the real part first. */
export type Quat = readonly [number, number, number, number]

export const IDENTITY_QUAT: Quat = [1, 0, 0, 0]

/** Below this angle (radians) slerp answers its first quaternion, as the published model does. */
const SAME_ROTATION = 1e-5

export function dotQuat(a: Quat, b: Quat): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3]
}

/**
 * The unit quaternion of the same rotation; the sign is kept.
 * @throws RangeError when the length is zero or not finite
 */
export function normalizeQuat(q: Quat): Quat {
  const length = Math.hypot(...q)
  if (!(length > 0) || !Number.isFinite(length)) {
    throw new RangeError(`quaternion: expected a length above 0, got [${q}]`)
  }
  return [q[0] / length, q[1] / length, q[2] / length, q[3] / length]
}

/** The same rotation with a real part >= 0. */
export function positiveQuat(q: Quat): Quat {
  return q[0] < 0 ? [-q[0], -q[1], -q[2], -q[3]] : q
}

/** The opposite rotation of a unit quaternion. */
export const invertQuat = (q: Quat): Quat => [q[0], -q[1], -q[2], -q[3]]

/** The angle between two rotations, degrees, 0 to 180. Both are unit quaternions. */
export function angleBetweenQuats(a: Quat, b: Quat): number {
  const [w, x, y, z] = multiplyQuat(invertQuat(a), b)
  return (Math.atan2(Math.hypot(x, y, z), Math.abs(w)) * 360) / Math.PI
}

/** The vector, turned by a rotation. */
export const rotateByQuat = (q: Quat, v: Vec3): Vec3 => rotateVec(quatToMat3(q), v)

/** The rotation by `degrees` about a unit axis, counter-clockwise seen against the axis. */
export function axisAngleQuat(axis: Vec3, degrees: number): Quat {
  const half = (degrees * Math.PI) / 360
  const s = Math.sin(half)
  return [Math.cos(half), axis[0] * s, axis[1] * s, axis[2] * s]
}

/** Hamilton product: the rotation `b` followed by `a`. */
export function multiplyQuat(a: Quat, b: Quat): Quat {
  return [
    a[0] * b[0] - a[1] * b[1] - a[2] * b[2] - a[3] * b[3],
    a[0] * b[1] + a[1] * b[0] + a[2] * b[3] - a[3] * b[2],
    a[0] * b[2] - a[1] * b[3] + a[2] * b[0] + a[3] * b[1],
    a[0] * b[3] + a[1] * b[2] - a[2] * b[1] + a[3] * b[0],
  ]
}

/** Spherical interpolation on the short arc from `a` (t = 0) to `b` (t = 1); a unit quaternion. */
export function slerpQuat(a: Quat, b: Quat, t: number): Quat {
  const cosine = dotQuat(a, b)
  const angle = Math.acos(Math.min(1, Math.abs(cosine)))
  if (angle < SAME_ROTATION) return normalizeQuat(a)
  const wa = Math.sin((1 - t) * angle)
  const wb = Math.sin(t * angle) * (cosine < 0 ? -1 : 1)
  return normalizeQuat([
    wa * a[0] + wb * b[0],
    wa * a[1] + wb * b[1],
    wa * a[2] + wb * b[2],
    wa * a[3] + wb * b[3],
  ])
}

/** The rotation matrix of a quaternion of any length above 0. */
export function quatToMat3(q: Quat): Mat3 {
  const [w, x, y, z] = q
  const s = 2 / dotQuat(q, q)
  return [
    1 - s * (y * y + z * z),
    s * (x * y - z * w),
    s * (x * z + y * w),
    s * (x * y + z * w),
    1 - s * (x * x + z * z),
    s * (y * z - x * w),
    s * (x * z - y * w),
    s * (y * z + x * w),
    1 - s * (x * x + y * y),
  ]
}

/** The unit quaternion, real part >= 0, of a rotation matrix. */
export function mat3ToQuat(m: Mat3): Quat {
  const [m00, m01, m02, m10, m11, m12, m20, m21, m22] = m
  // Each row is the quaternion times four times one of its parts: take the largest part's.
  const rows: readonly Quat[] = [
    [1 + m00 + m11 + m22, m21 - m12, m02 - m20, m10 - m01],
    [m21 - m12, 1 + m00 - m11 - m22, m10 + m01, m02 + m20],
    [m02 - m20, m10 + m01, 1 - m00 + m11 - m22, m12 + m21],
    [m10 - m01, m20 + m02, m21 + m12, 1 - m00 - m11 + m22],
  ]
  let best = 0
  for (let i = 1; i < 4; i++) if (rows[i]![i]! > rows[best]![best]!) best = i
  return positiveQuat(normalizeQuat(rows[best]!))
}
