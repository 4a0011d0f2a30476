import { fovOfMillimetres, millimetresOfFov } from '@flashworld/camera'
import type { Vec3 } from '@flashworld/math'
import { anglesOfQuat, quatOfAngles } from '@flashworld/math'
import { aimOf } from './aim.ts'
import { curveOf } from './curve.ts'
import { indexOfKey, replaceKey } from './edits.ts'
import { FOV_RANGE } from './frames.ts'
import type { Path } from './path.ts'

/**
 * A key as people read it: its place in the path's unit; to the right, up and clockwise in degrees; its lens in
 * millimetres on 35 mm film, or by the field of view along the longer side in degrees.
 */
export interface KeyNumbers {
  readonly x: number
  readonly y: number
  readonly z: number
  readonly yaw: number
  readonly pitch: number
  readonly roll: number
  readonly lens: number
  readonly fov: number
}

/** What a key sees, in numbers, aimed as the path says. */
export function numbersOfKey(path: Path, index: number): KeyNumbers {
  const { position, rotation, fovDegrees } = curveOf(path).at(index)
  const [x, y, z] = position
  const { yaw, pitch, roll } = anglesOfQuat(rotation)
  const lens = millimetresOfFov(fovDegrees)
  return { x, y, z, yaw: -yaw, pitch, roll: -roll, lens, fov: fovDegrees }
}

/** One number of a key changed. A key that is turned is no longer aimed by the path. */
export function setKeyNumber(path: Path, id: string, name: keyof KeyNumbers, value: number): Path {
  const index = indexOfKey(path, id)
  const key = path.keys[index]
  if (!key || !Number.isFinite(value)) return path
  switch (name) {
    case 'x':
    case 'y':
    case 'z': {
      const axis = 'xyz'.indexOf(name)
      return replaceKey(path, {
        ...key,
        position: key.position.with(axis, value) as unknown as Vec3,
      })
    }
    case 'yaw':
    case 'pitch':
    case 'roll': {
      const now: KeyNumbers = { ...numbersOfKey(path, index), [name]: value }
      const { yaw, pitch, roll } = now
      const steepest = Math.min(Math.max(pitch, -90), 90)
      const rotation = quatOfAngles({ yaw: -yaw, pitch: steepest, roll: -roll })
      const aimed = aimOf(path, key).kind !== 'drawn'
      return replaceKey(path, {
        ...key,
        rotation,
        ...(aimed && { aim: { kind: 'drawn' } as const }),
      })
    }
    case 'lens':
      return value > 0 ? setFov(path, [id], fovOfMillimetres(value)) : path
    case 'fov':
      return setFov(path, [id], value)
  }
}

/** The field of view of some keys, degrees. */
export function setFov(path: Path, ids: readonly string[], fovDegrees: number): Path {
  const [least, most] = FOV_RANGE
  const within = Math.min(Math.max(fovDegrees, least), most)
  return ids.reduce((changed, id) => {
    const key = changed.keys[indexOfKey(changed, id)]
    return key ? replaceKey(changed, { ...key, fovDegrees: within }) : changed
  }, path)
}
