import { anglesOfQuat, mixVec, quatOfAngles } from '@flashworld/math'
import { withoutAim } from '../aim.ts'
import { curveOf } from '../curve.ts'
import { withIds } from '../edits.ts'
import type { Key, Path } from '../path.ts'
import { evenSpeed } from '../speed.ts'

/** Shares of what a movement was, from a little less of it to nothing. */
const SHARES = [0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05, 0]

/** The path as its keys are seen, aimed at nothing. */
export function asSeen(path: Path): Path {
  const { at } = curveOf(path)
  const keys = path.keys.map((key, i) => ({ ...withoutAim(key), rotation: at(i).rotation }))
  return { ...path, aim: { kind: 'drawn' }, keys }
}

interface Shares {
  readonly travel: number
  readonly yaw: number
  readonly pitch: number
  readonly roll: number
}

/** The path with a share of what each key travels and turns from the first. */
export function lessened(path: Path, shares: Partial<Shares>): Path {
  const { travel = 1, yaw = 1, pitch = 1, roll = 1 } = shares
  const seen = asSeen(path)
  const first = seen.keys[0]!
  const start = anglesOfQuat(first.rotation)
  let heading = start.yaw
  const keys = seen.keys.map((key): Key => {
    const angles = anglesOfQuat(key.rotation)
    heading = angles.yaw - 360 * Math.round((angles.yaw - heading) / 360)
    const from = (at: number, begin: number, share: number) => begin + (at - begin) * share
    const rotation = quatOfAngles({
      yaw: from(heading, start.yaw, yaw),
      pitch: from(angles.pitch, start.pitch, pitch),
      roll: from(angles.roll, start.roll, roll),
    })
    return { ...key, rotation, position: mixVec(first.position, key.position, travel) }
  })
  return { ...seen, keys }
}

/** Less and less of it. */
export function* lessAndLess(path: Path, ...of: readonly (keyof Shares)[]): Generator<Path> {
  for (const share of SHARES) {
    yield lessened(path, Object.fromEntries(of.map((name) => [name, share])))
  }
}

/** As many keys as asked for, at even times. */
export function withKeyCount(path: Path, count: number): Path {
  const { at, end } = curveOf(path)
  const views = Array.from({ length: count }, (_, i) => at((i * end) / (count - 1)))
  const fresh = withIds(views, path.keys)
  const ends = { first: path.keys[0]!, last: path.keys.at(-1)! }
  const drawn = asSeen(path)
  return {
    ...drawn,
    keys: fresh.map((key, i) => {
      if (i === 0) return { ...key, id: ends.first.id }
      return i === count - 1 ? { ...key, id: ends.last.id } : key
    }),
  }
}

/** At a more and more even speed; at last by as many keys as there are frames. */
export function* evenAndEvener(path: Path, frames: number): Generator<Path> {
  let even = path
  for (let i = 0; i < 3; i++) yield (even = evenSpeed(even))
  even = withKeyCount(path, Math.max(frames, 3))
  for (let i = 0; i < 3; i++) yield (even = evenSpeed(even))
}
