import type { Quat, Vec3 } from '@flashworld/math'
import {
  addVec,
  multiplyQuat,
  normalizeQuat,
  rotateByQuat,
  scaleVec,
  subtractVec,
} from '@flashworld/math'
import type { Path } from '../../path/path.ts'

/** A movement of the whole path about a point: scaled, turned, then moved. */
export interface Movement {
  readonly about: Vec3
  readonly scale: number
  readonly rotation: Quat
  readonly by: Vec3
}

/** The middle of the box around the keys. */
export function middleOf({ keys }: Path): Vec3 {
  const middle = (axis: number) => {
    const values = keys.map(({ position }) => position[axis]!)
    return values.length === 0 ? 0 : (Math.min(...values) + Math.max(...values)) / 2
  }
  return [middle(0), middle(1), middle(2)]
}

/** The path as it lies after a movement; what it looks at, where that is a point, stays. */
export function movedPath(path: Path, { about, scale, rotation, by }: Movement): Path {
  const keys = path.keys.map((key) => {
    const from = rotateByQuat(rotation, subtractVec(key.position, about))
    return {
      ...key,
      position: addVec(addVec(about, scaleVec(from, scale)), by),
      rotation: normalizeQuat(multiplyQuat(rotation, key.rotation)),
    }
  })
  return { ...path, keys }
}

/** The path with one of its keys elsewhere. */
export const withKey = (
  path: Path,
  id: string,
  change: { readonly position?: Vec3; readonly rotation?: Quat },
): Path => ({
  ...path,
  keys: path.keys.map((key) => (key.id === id ? { ...key, ...change } : key)),
})
