import type { Quat, Vec3 } from '@flashworld/math'
import {
  addVec,
  multiplyQuat,
  normalizeQuat,
  rotateByQuat,
  scaleVec,
  subtractVec,
} from '@flashworld/math'
import { aimOf } from './aim.ts'
import { drawnCurveOf } from './curve.ts'
import type { Aim, Key, Path, View } from './path.ts'

export const EMPTY_PATH: Path = { keys: [], aim: { kind: 'drawn' }, smooth: true, loop: 'off' }

/** A path through views, looking as they do. */
export const pathThrough = (views: readonly View[]): Path => ({
  ...EMPTY_PATH,
  keys: withIds(views, []),
})

/** Views as keys with ids that none of the taken ones has. */
export function withIds(views: readonly View[], taken: readonly Key[]): Key[] {
  const used = taken.map(({ id }) => Number(/^k(\d+)$/.exec(id)?.[1] ?? 0))
  const next = Math.max(0, ...used) + 1
  return views.map(({ position, rotation, fovDegrees }, i) => ({
    id: `k${next + i}`,
    position,
    rotation,
    fovDegrees,
  }))
}

export const indexOfKey = (path: Path, id: string): number =>
  path.keys.findIndex((key) => key.id === id)

/** A new key before the one at `index`; after the last one by default. */
export function insertKey(path: Path, view: View, index = path.keys.length): Path {
  return { ...path, keys: path.keys.toSpliced(index, 0, ...withIds([view], path.keys)) }
}

/** Several new keys after the last one. */
export const appendKeys = (path: Path, views: readonly View[]): Path =>
  views.length === 0 ? path : { ...path, keys: [...path.keys, ...withIds(views, path.keys)] }

/**
 * A new key on the path, between two that are there, which sees what the path saw there, as it was set. A key that is already at the
 * place is enough.
 */
export function insertOnPath(path: Path, place: number): Path {
  const { end, at } = drawnCurveOf(path)
  const within = Math.min(Math.max(place, 0), end)
  if (Number.isInteger(within)) return path
  const index = Math.ceil(within)
  const added = insertKey(path, at(within), index)
  return aimedLike(added, index, path.keys[index - 1]!)
}

/** The key at an index looks where another one does. */
export const aimedLike = (path: Path, index: number, { aim }: Key): Path =>
  aim ? replaceKey(path, { ...path.keys.at(index)!, aim }) : path

/** The same path with a key as it is given, found by its id. */
export function replaceKey(path: Path, key: Key): Path {
  const index = indexOfKey(path, key.id)
  if (index < 0 || sameKey(path.keys[index]!, key)) return path
  return { ...path, keys: path.keys.with(index, key) }
}

/** Sets a key to a view, which it then sees, wherever the path looks. */
export function overwriteKey(path: Path, id: string, view: View): Path {
  const key = path.keys[indexOfKey(path, id)]
  if (!key) return path
  const aimed = aimOf(path, key).kind !== 'drawn'
  const { position, rotation, fovDegrees } = view
  const drawn: Aim = { kind: 'drawn' }
  return replaceKey(path, { ...key, position, rotation, fovDegrees, ...(aimed && { aim: drawn }) })
}

/** A copy of a key right after it: the camera rests there. */
export function duplicateKey(path: Path, id: string): Path {
  const index = indexOfKey(path, id)
  const key = path.keys[index]
  if (!key) return path
  const added = insertKey(path, key, index + 1)
  return aimedLike(added, index + 1, key)
}

/** A key at another place in the order. */
export function moveKey(path: Path, id: string, to: number): Path {
  const from = indexOfKey(path, id)
  const within = Math.min(Math.max(to, 0), path.keys.length - 1)
  if (from < 0 || from === within) return path
  const keys = path.keys.toSpliced(from, 1).toSpliced(within, 0, path.keys[from]!)
  return { ...path, keys }
}

export function deleteKeys(path: Path, ids: readonly string[]): Path {
  const keys = path.keys.filter(({ id }) => !ids.includes(id))
  return keys.length === path.keys.length ? path : { ...path, keys }
}

/** Only the first key is left: where the photograph was taken from. */
export const clearPath = (path: Path): Path =>
  path.keys.length <= 1 ? path : { ...path, keys: path.keys.slice(0, 1) }

/** The other way round. */
export const reversePath = (path: Path): Path =>
  path.keys.length <= 1 ? path : { ...path, keys: path.keys.toReversed() }

/** Scaled about a point, then turned about it, then moved. */
export interface Transform {
  readonly about: Vec3
  readonly scale: number
  readonly turn: Quat
  readonly move: Vec3
}

export const NO_TRANSFORM: Transform = {
  about: [0, 0, 0],
  scale: 1,
  turn: [1, 0, 0, 0],
  move: [0, 0, 0],
}

/** The whole path as one body, with the points that it looks at. */
export function transformPath(path: Path, transform: Transform): Path {
  const { about, scale, move } = transform
  const turn = normalizeQuat(transform.turn)
  const placed = (point: Vec3): Vec3 =>
    addVec(addVec(about, rotateByQuat(turn, scaleVec(subtractVec(point, about), scale))), move)
  const aimed = (aim: Aim): Aim => ('point' in aim ? { ...aim, point: placed(aim.point) } : aim)
  const keys = path.keys.map((key) => ({
    ...key,
    position: placed(key.position),
    rotation: normalizeQuat(multiplyQuat(turn, key.rotation)),
    ...(key.aim && { aim: aimed(key.aim) }),
  }))
  return { ...path, keys, aim: aimed(path.aim) }
}

/** The middle of the keys. */
export function middleOf(keys: readonly View[]): Vec3 {
  const sum = keys.reduce<Vec3>((total, { position }) => addVec(total, position), [0, 0, 0])
  return scaleVec(sum, 1 / Math.max(1, keys.length))
}

const sameKey = (a: Key, b: Key) =>
  a.aim === b.aim &&
  a.fovDegrees === b.fovDegrees &&
  a.position.every((value, axis) => value === b.position[axis]) &&
  a.rotation.every((value, axis) => value === b.rotation[axis])
