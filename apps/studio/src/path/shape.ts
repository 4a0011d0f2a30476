import type { Vec3 } from '@flashworld/math'
import {
  addVec,
  anglesOfQuat,
  crossVec,
  distanceVec,
  dotVec,
  lengthVec,
  mixVec,
  quatOfAngles,
  scaleVec,
  slerpQuat,
  subtractVec,
} from '@flashworld/math'
import { drawnCurveOf } from './curve.ts'
import { aimedLike, insertKey, withIds } from './edits.ts'
import type { Tolerance } from './fit.ts'
import { fitViews } from './fit.ts'
import type { Key, Part, Path } from './path.ts'

export const wholeOf = (path: Path): Part => ({ from: 0, to: path.keys.length - 1 })

/** The keys of a part on the straight line between its ends, as far along it as they were along the path. */
export function straighten(path: Path, part: Part = wholeOf(path)): Path {
  const keys = keysOf(path, part)
  if (keys.length < 3) return path
  const [first, last] = [keys[0]!.position, keys.at(-1)!.position]
  const passed = lengthsAlong(keys)
  const whole = passed.at(-1)! || 1
  return withPositions(path, part, (_, i) => mixVec(first, last, passed[i]! / whole))
}

/**
 * The keys of a part evenly on the arc through its ends and the key that is farthest from the line between them; where
 * the part is closed, on the circle about their middle. Keys on one straight line stay as they are.
 */
export function makeCircular(path: Path, part: Part = wholeOf(path)): Path {
  const keys = keysOf(path, part)
  if (keys.length < 3) return path
  const points = keys.map(({ position }) => position)
  const closed = distanceVec(points[0]!, points.at(-1)!) < 1e-9
  const circle = closed ? circleAbout(points.slice(0, -1)) : arcThrough(points)
  if (!circle) return path
  const last = points.length - 1
  return withPositions(path, part, (position, i) =>
    !closed && (i === 0 || i === last) ? position : circle(i / last),
  )
}

/** Eases the corners: each inner key of a part goes half the way to the middle between its neighbours. */
export function smoothen(path: Path, part: Part = wholeOf(path)): Path {
  const keys = keysOf(path, part)
  if (keys.length < 3) return path
  const eased = keys.map((key, i) => {
    const [before, after] = [keys[i - 1], keys[i + 1]]
    if (!before || !after) return key
    const middle = mixVec(before.position, after.position, 0.5)
    const between = slerpQuat(before.rotation, after.rotation, 0.5)
    return {
      ...key,
      position: mixVec(key.position, middle, 0.5),
      rotation: slerpQuat(key.rotation, between, 0.5),
    }
  })
  return withKeys(path, part, eased)
}

/** The keys of a part as high as its first one. */
export function flatten(path: Path, part: Part = wholeOf(path)): Path {
  const height = keysOf(path, part)[0]?.position[1]
  if (height === undefined) return path
  return withPositions(path, part, ([x, , z]) => [x, height, z])
}

/** The horizon level in all keys of a part. */
export function levelHorizon(path: Path, part: Part = wholeOf(path)): Path {
  const keys = keysOf(path, part).map((key) => {
    const angles = anglesOfQuat(key.rotation)
    return { ...key, rotation: quatOfAngles({ ...angles, roll: 0 }) }
  })
  return withKeys(path, part, keys)
}

/** The path back to its first key. One that ends where it begins stays as it is. */
export function closeLoop(path: Path): Path {
  const [first, last] = [path.keys[0], path.keys.at(-1)]
  if (!first || !last || distanceVec(first.position, last.position) < 1e-9) return path
  return aimedLike(insertKey(path, first), -1, first)
}

/** As few keys as keep to the path and its timing; never more than there are. */
export function simplify(path: Path, tolerance: Tolerance): Path {
  if (path.keys.length < 3) return path
  const { at, end } = drawnCurveOf(path)
  const views = fitViews((t) => at(t * end), { tolerance, smooth: path.smooth })
  const last = views.length - 1
  if (last >= end) return path
  const fresh = withIds(views, path.keys).map((key, i) => {
    const { aim } = path.keys[Math.round((i * end) / last)]!
    return aim ? { ...key, aim } : key
  })
  return { ...path, keys: [path.keys[0]!, ...fresh.slice(1, -1), path.keys[end]!] }
}

const keysOf = (path: Path, { from, to }: Part): readonly Key[] => path.keys.slice(from, to + 1)

function withKeys(path: Path, { from }: Part, keys: readonly Key[]): Path {
  return { ...path, keys: path.keys.toSpliced(from, keys.length, ...keys) }
}

function withPositions(path: Path, part: Part, place: (position: Vec3, i: number) => Vec3): Path {
  const keys = keysOf(path, part).map((key, i) => ({ ...key, position: place(key.position, i) }))
  return withKeys(path, part, keys)
}

/** How far each key is from the first, along the straight lines between them. */
function lengthsAlong(keys: readonly Key[]): number[] {
  const passed = [0]
  for (const [i, key] of keys.slice(1).entries()) {
    passed.push(passed[i]! + distanceVec(key.position, keys[i]!.position))
  }
  return passed
}

type Circle = (share: number) => Vec3

/** The arc from the first point to the last through the one that is farthest from the line between them. */
function arcThrough(points: readonly Vec3[]): Circle | undefined {
  const [a, b] = [points[0]!, points.at(-1)!]
  const chord = subtractVec(b, a)
  const square = dotVec(chord, chord)
  const bulgeOf = (point: Vec3) => {
    const to = subtractVec(point, a)
    return subtractVec(to, scaleVec(chord, dotVec(to, chord) / square))
  }
  const farthest = points.reduce((best, point) =>
    lengthVec(bulgeOf(point)) > lengthVec(bulgeOf(best)) + 1e-12 ? point : best,
  )
  const bulge = lengthVec(bulgeOf(farthest))
  if (!(bulge > 1e-6 * Math.sqrt(square))) return undefined
  const center = circumcenter(a, farthest, b)
  const normal = crossVec(subtractVec(farthest, a), subtractVec(b, farthest))
  return arcAbout(center, normal, a, sweep(center, normal, a, b))
}

/** The circle about the middle of points, in their plane, from the first one around to it. */
function circleAbout(points: readonly Vec3[]): Circle | undefined {
  const center = scaleVec(points.reduce(addVec), 1 / points.length)
  const arms = points.map((point) => subtractVec(point, center))
  const normal = arms.map((arm, i) => crossVec(arm, arms[(i + 1) % arms.length]!)).reduce(addVec)
  const radius = arms.reduce((sum, arm) => sum + lengthVec(arm), 0) / arms.length
  if (!(lengthVec(normal) > 1e-9 * radius * radius)) return undefined
  const axis = scaleVec(normal, 1 / lengthVec(normal))
  const flat = subtractVec(arms[0]!, scaleVec(axis, dotVec(arms[0]!, axis)))
  if (lengthVec(flat) === 0) return undefined
  const start = addVec(center, scaleVec(flat, radius / lengthVec(flat)))
  return arcAbout(center, normal, start, 2 * Math.PI)
}

function arcAbout(center: Vec3, normal: Vec3, start: Vec3, angle: number): Circle {
  const x = subtractVec(start, center)
  const y = scaleVec(crossVec(normal, x), 1 / lengthVec(normal))
  return (share) => {
    const [c, s] = [Math.cos(share * angle), Math.sin(share * angle)]
    return addVec(center, addVec(scaleVec(x, c), scaleVec(y, s)))
  }
}

/** The angle from `a` to `b` about a centre, counter-clockwise about the normal: 0 to a full turn. */
function sweep(center: Vec3, normal: Vec3, a: Vec3, b: Vec3): number {
  const [x, to] = [subtractVec(a, center), subtractVec(b, center)]
  const y = scaleVec(crossVec(normal, x), 1 / lengthVec(normal))
  const angle = Math.atan2(dotVec(to, y), dotVec(to, x))
  return angle < 0 ? angle + 2 * Math.PI : angle
}

/** The centre of the circle through three points that are not on one line. */
function circumcenter(a: Vec3, b: Vec3, c: Vec3): Vec3 {
  const [u, v] = [subtractVec(b, a), subtractVec(c, a)]
  const normal = crossVec(u, v)
  const toward = addVec(
    scaleVec(crossVec(normal, u), dotVec(v, v)),
    scaleVec(crossVec(v, normal), dotVec(u, u)),
  )
  return addVec(a, scaleVec(toward, 1 / (2 * dotVec(normal, normal))))
}
