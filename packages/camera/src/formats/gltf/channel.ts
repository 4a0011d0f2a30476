import type { Quat, Vec3 } from '@flashworld/math'
import { normalizeQuat, slerpQuat } from '@flashworld/math'
import { CameraError } from '../../camera-error.ts'
import { MAX_CAMERAS } from '../../camera.ts'
import type { JsonFields } from '../../json-fields.ts'
import type { Gltf } from './container.ts'
import { readAccessor } from './container.ts'

export type Interpolation = 'LINEAR' | 'STEP' | 'CUBICSPLINE'

/** One animated property: its values at rising times, and what is between them. */
export interface Channel {
  readonly times: Float64Array
  readonly interpolation: Interpolation
  /** A key's values, one after the other; for splines with a tangent before and one behind. */
  readonly values: Float64Array
}

const WIDTHS = { SCALAR: 1, VEC3: 3, VEC4: 4 } as const

/** @throws CameraError `camera/format` */
export function readChannel(
  gltf: Gltf,
  sampler: JsonFields | undefined,
  type: keyof typeof WIDTHS,
): Channel {
  const interpolation = (sampler?.interpolation ?? 'LINEAR') as Interpolation
  if (!['LINEAR', 'STEP', 'CUBICSPLINE'].includes(interpolation)) {
    throw new CameraError(
      'camera/format',
      `glTF: expected LINEAR, STEP or CUBICSPLINE, got ${String(interpolation)}`,
    )
  }
  const each = interpolation === 'CUBICSPLINE' ? 3 : 1
  const times = readAccessor(gltf, sampler?.input, { type: 'SCALAR', most: MAX_CAMERAS })
  const values = readAccessor(gltf, sampler?.output, { type, most: MAX_CAMERAS * each })
  const rises = times.every((t, i) => Number.isFinite(t) && (i === 0 || t > times[i - 1]!))
  if (!rises || values.length !== times.length * WIDTHS[type] * each) {
    throw new CameraError('camera/format', 'glTF: expected rising times, and one value for each')
  }
  return { times, values, interpolation }
}

/** The channel's value at a time; before its first key and after its last one it stands still. */
export function vectorAt(channel: Channel, time: number): Vec3 {
  const [x = 0, y = 0, z = 0] = valueAt(channel, time, 3)
  return [x, y, z]
}

export const scalarAt = (channel: Channel, time: number): number => valueAt(channel, time, 1)[0]!

/** A unit quaternion; LINEAR ones turn on the short arc. */
export function rotationAt(channel: Channel, time: number): Quat {
  const { a, b, t } = between(channel.times, time)
  if (channel.interpolation !== 'LINEAR') return quatOf(valueAt(channel, time, 4))
  const key = (i: number) => quatOf(channel.values.subarray(i * 4, i * 4 + 4))
  return t === 0 ? key(a) : slerpQuat(key(a), key(b), t)
}

function quatOf(xyzw: ArrayLike<number>): Quat {
  const [x, y, z, w] = [xyzw[0]!, xyzw[1]!, xyzw[2]!, xyzw[3]!]
  if (!(Math.hypot(x, y, z, w) > 1e-6)) {
    throw new CameraError('camera/value', `glTF: expected a rotation, got [${[x, y, z, w]}]`)
  }
  return normalizeQuat([w, x, y, z])
}

function valueAt({ times, values, interpolation }: Channel, time: number, width: number): number[] {
  const { a, b, t } = between(times, time)
  const spline = interpolation === 'CUBICSPLINE'
  /** Of a key its tangent before (0), its value (1), its tangent behind (2). */
  const at = (key: number, part: number, i: number) =>
    values[spline ? (key * 3 + part) * width + i : key * width + i]!
  return Array.from({ length: width }, (_, i) => {
    const [from, to] = [at(a, 1, i), at(b, 1, i)]
    if (t === 0 || interpolation === 'STEP') return from
    if (!spline) return (1 - t) * from + t * to
    const seconds = times[b]! - times[a]!
    const [leaving, arriving] = [seconds * at(a, 2, i), seconds * at(b, 0, i)]
    const [t2, t3] = [t * t, t * t * t]
    return (
      (2 * t3 - 3 * t2 + 1) * from +
      (t3 - 2 * t2 + t) * leaving +
      (3 * t2 - 2 * t3) * to +
      (t3 - t2) * arriving
    )
  })
}

/** The keys around a time, and how far it is from the first to the second, 0 to below 1. */
function between(times: Float64Array, time: number) {
  const after = times.findIndex((t) => t > time)
  if (after === 0) return { a: 0, b: 0, t: 0 }
  if (after < 0) return { a: times.length - 1, b: times.length - 1, t: 0 }
  const a = after - 1
  return { a, b: after, t: (time - times[a]!) / (times[after]! - times[a]!) }
}
