import { fovOfMillimetres, millimetresOfFov } from '@flashworld/camera'
import type { Vec3 } from '@flashworld/math'
import {
  angleBetweenQuats,
  anglesOfQuat,
  distanceVec,
  quatOfAngles,
  slerpQuat,
  subtractVec,
} from '@flashworld/math'
import type { Key, View } from './path.ts'
import { hermite, hermiteSlope, numberTangents, vectorTangents } from './tangents.ts'

/** The keys as they are set, joined, aimed nowhere else. The last section has but its beginning, the last key. */
export interface Course {
  at(section: number, t: number): View
  /** In the path's unit per section. */
  velocity(section: number, t: number): Vec3
}

/** Whether the last key is the first one again, so that the path runs through it without a break. */
export function isClosed(keys: readonly View[]): boolean {
  const [first, last] = [keys[0], keys.at(-1)]
  return (
    keys.length >= 4 &&
    distanceVec(first!.position, last!.position) < 1e-9 &&
    angleBetweenQuats(first!.rotation, last!.rotation) < 1e-3
  )
}

/** A camera tipped by more than this, degrees, has no horizon to keep. */
const UPRIGHT = 90

/**
 * Joins keys, smoothly or straight. Between upright keys the camera turns, pitches and rolls by themselves, so that the
 * horizon stays level between two level keys. A lens changes by its focal length.
 */
export function courseOf(keys: readonly Key[], smooth: boolean): Course {
  if (keys.length === 1) return { at: () => viewOf(keys[0]!), velocity: () => [0, 0, 0] }
  const closed = isClosed(keys)
  const last = keys.length - 1
  const points = keys.map(({ position }) => position)
  const tangents = smooth ? vectorTangents(points, closed) : undefined
  const velocities = (i: number): readonly [Vec3, Vec3] => {
    const chord = subtractVec(points[i + 1]!, points[i]!)
    return tangents ? [tangents[i]!, tangents[i + 1]!] : [chord, chord]
  }
  const track = (values: readonly number[]) => {
    const slopes = smooth ? numberTangents(values, closed) : undefined
    return (i: number, t: number) => {
      const [a, b] = [values[i]!, values[i + 1]!]
      return hermite(a, slopes?.[i] ?? b - a, b, slopes?.[i + 1] ?? b - a, t)
    }
  }
  const angles = keys.map(({ rotation }) => anglesOfQuat(rotation))
  const upright = angles.map(({ roll }) => Math.abs(roll) <= UPRIGHT)
  const yaw = track(unwrapped(angles.map((of) => of.yaw)))
  const pitch = track(angles.map((of) => of.pitch))
  const roll = track(angles.map((of) => of.roll))
  const focal = track(keys.map(({ fovDegrees }) => millimetresOfFov(fovDegrees)))

  return {
    at(i, t) {
      if (t === 0) return viewOf(keys[i]!)
      const [a, b] = [keys[i]!, keys[i + 1]!]
      const [va, vb] = velocities(i)
      const along = (axis: 0 | 1 | 2) =>
        hermite(a.position[axis], va[axis], b.position[axis], vb[axis], t)
      const rotation =
        upright[i] && upright[i + 1]
          ? quatOfAngles({ yaw: yaw(i, t), pitch: pitch(i, t), roll: roll(i, t) })
          : slerpQuat(a.rotation, b.rotation, t)
      const fovDegrees = fovOfMillimetres(focal(i, t))
      return { position: [along(0), along(1), along(2)], rotation, fovDegrees }
    },
    velocity(section, t) {
      const [i, u] = section === last ? [last - 1, 1] : [section, t]
      const [a, b] = [points[i]!, points[i + 1]!]
      const [va, vb] = velocities(i)
      const along = (axis: 0 | 1 | 2) => hermiteSlope(a[axis], va[axis], b[axis], vb[axis], u)
      return [along(0), along(1), along(2)]
    },
  }
}

const viewOf = ({ position, rotation, fovDegrees }: View): View => ({
  position,
  rotation,
  fovDegrees,
})

/** Headings in degrees as they turn on: each within half a turn of the one before it. */
function unwrapped(headings: readonly number[]): number[] {
  const out: number[] = []
  for (const heading of headings) {
    const before = out.at(-1) ?? heading
    out.push(heading - 360 * Math.round((heading - before) / 360))
  }
  return out
}
