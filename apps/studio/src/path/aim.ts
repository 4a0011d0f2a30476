import type { Quat, Vec3 } from '@flashworld/math'
import {
  addVec,
  distanceVec,
  forwardOf,
  lengthVec,
  lookQuat,
  scaleVec,
  subtractVec,
  upOf,
} from '@flashworld/math'
import type { Aim, Key, Part, Path, View } from './path.ts'

/** Where a key looks: its own aim, else the path's. */
export const aimOf = (path: Path, key: Key): Aim => key.aim ?? path.aim

export function sameAim(a: Aim, b: Aim): boolean {
  if (a === b) return true
  if (a.kind !== b.kind) return false
  if (!('point' in a) || !('point' in b)) return true
  return a.point.every((value, axis) => value === b.point[axis])
}

/**
 * The rotation of a view that is aimed: level, but as it was set where an aim says nothing, in the point itself or on a
 * path that does not move.
 * @param heading where the camera moves to
 */
export function aimedRotation(aim: Aim, view: View, heading: () => Vec3 | undefined): Quat {
  const direction = directionOf(aim, view.position, heading)
  if (!direction || lengthVec(direction) < 1e-9) return view.rotation
  return lookQuat(direction) ?? lookQuat(direction, upOf(view.rotation)) ?? view.rotation
}

function directionOf(aim: Aim, position: Vec3, heading: () => Vec3 | undefined) {
  switch (aim.kind) {
    case 'drawn':
      return undefined
    case 'forward':
      return heading()
    case 'at':
      return subtractVec(aim.point, position)
    case 'away':
      return subtractVec(position, aim.point)
  }
}

/** An aim at a point, or away from it where that is what the aim was. */
export const aimAt = (aim: Aim, point: Vec3): Aim => ({
  kind: aim.kind === 'away' ? 'away' : 'at',
  point,
})

/** The same path, looking elsewhere as a whole: keys that looked somewhere of their own follow it. */
export function aimPath(path: Path, aim: Aim): Path {
  if (sameAim(path.aim, aim) && path.keys.every((key) => !key.aim)) return path
  return { ...path, aim, keys: path.keys.map(withoutAim) }
}

/** The same path, some of its keys looking elsewhere than the path. */
export function aimKeys(path: Path, ids: readonly string[], aim: Aim): Path {
  const keys = path.keys.map((key) => {
    if (!ids.includes(key.id) || sameAim(aimOf(path, key), aim)) return key
    return sameAim(path.aim, aim) ? withoutAim(key) : { ...key, aim }
  })
  return keys.every((key, i) => key === path.keys[i]) ? path : { ...path, keys }
}

/** All of the path, or the keys from one to another, looking elsewhere. */
export const aimPart = (path: Path, part: Part | null, aim: Aim): Path => {
  if (!part) return aimPath(path, aim)
  const ids = path.keys.slice(part.from, part.to + 1).map(({ id }) => id)
  return aimKeys(path, ids, aim)
}

/** A key that looks where its path does. */
export const withoutAim = ({ id, position, rotation, fovDegrees }: Key): Key => ({
  id,
  position,
  rotation,
  fovDegrees,
})

/** Nearer to what it looks at, in the path's unit, a camera turns too fast past it. */
export const CLOSE_TO_POINT = 0.1

/** The keys, by index, that are too near to the point that they look at or away from. */
export const keysTooCloseToAim = (path: Path): number[] =>
  path.keys.flatMap((key, i) => {
    const aim = aimOf(path, key)
    return 'point' in aim && distanceVec(key.position, aim.point) < CLOSE_TO_POINT ? [i] : []
  })

/** A point straight ahead of a view. */
export const pointAhead = ({ position, rotation }: View, distance: number): Vec3 =>
  addVec(position, scaleVec(forwardOf(rotation), distance))
