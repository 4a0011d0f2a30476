import { angleBetweenQuats, anglesOfQuat, distanceVec } from '@flashworld/math'
import { keysTooCloseToAim, CLOSE_TO_POINT, aimOf } from '../aim.ts'
import { replaceKey } from '../edits.ts'
import { frameOfPlace } from '../frames.ts'
import { addMove, usualMove, withValue } from '../moves.ts'
import type { Path, View } from '../path.ts'
import { motionOf, stepsOf } from '../speed.ts'
import { evenAndEvener, lessAndLess, withKeyCount } from './ease.ts'
import { FASTEST_TRAVEL, FASTEST_TURN, MOST_UNEVEN } from './trained.ts'
import type { Check } from './warning.ts'
import { indexOfMost, rangeAround } from './warning.ts'
import { addVec, scaleVec, subtractVec, lengthVec, forwardOf } from '@flashworld/math'

/** A path within this of one place, in distances to the subject, does not travel: the model divides by it. */
const IN_PLACE = 0.02
/** Degrees that are no turn. */
const NO_TURN = 0.5

const extentOf = (views: readonly View[]) =>
  Math.max(0, ...views.map(({ position }) => distanceVec(position, views[0]!.position)))

const widestTurn = (views: readonly View[]) =>
  Math.max(0, ...views.map(({ rotation }) => angleBetweenQuats(rotation, views[0]!.rotation)))

/** The path as it begins, then a move that every model knows. */
const orbiting = (path: Path, degrees?: number): Path => {
  const usual = usualMove('orbit')
  return addMove(path, degrees === undefined ? usual : withValue(usual, 'angle', degrees), 'first')
}

export const fewKeys: Check = ({ project: { path } }) =>
  path.keys.length >= 2
    ? null
    : {
        finding: { code: 'few-keys', keys: path.keys.length },
        severity: 'stop',
        paths: [orbiting(path)],
      }

export const still: Check = ({ project: { path }, views }) =>
  path.keys.length < 2 || extentOf(views) >= IN_PLACE || widestTurn(views) >= NO_TURN
    ? null
    : { finding: { code: 'still' }, paths: [orbiting(path)] }

/** Turning on the spot shows a model no depth; the mend goes around the subject by as much. */
export const rotationOnly: Check = ({ project: { path }, views }) => {
  if (path.keys.length < 2 || extentOf(views) >= IN_PLACE) return null
  if (widestTurn(views) < NO_TURN) return null
  const start = anglesOfQuat(views[0]!.rotation).yaw
  const turns = views.map(({ rotation }) => {
    const turn = start - anglesOfQuat(rotation).yaw
    return turn - 360 * Math.round(turn / 360)
  })
  const widest = turns[indexOfMost(turns.map(Math.abs))]!
  const degrees = Math.sign(widest || 1) * Math.min(Math.max(Math.abs(widest), 15), 60)
  return {
    finding: { code: 'rotation-only' },
    frames: { from: 0, to: views.length - 1 },
    paths: [orbiting(path, degrees)],
  }
}

export const tooFast: Check = ({ project: { path }, views }) => {
  const turns = stepsOf(views).map(({ turn }) => turn)
  // of what one frame sees, the next should still see half
  const limits = views
    .slice(1)
    .map(({ fovDegrees }) => Math.min(FASTEST_TURN / (views.length - 1), fovDegrees / 2))
  const over = turns.map((turn, i) => turn / limits[i]!)
  const worst = indexOfMost(over)
  if (worst < 0 || over[worst]! <= 1) return null
  const { from, to } = rangeAround(
    over.map((times) => times > 1),
    worst,
  )
  return {
    finding: { code: 'too-fast', degrees: turns[worst]!, most: limits[worst]! },
    frames: { from, to: to + 1 },
    paths: easings(path, views.length, 'yaw', 'pitch', 'roll'),
  }
}

export const tooFarBetween: Check = ({ project: { path }, views }) => {
  const travels = stepsOf(views).map(({ travel }) => travel)
  const most = FASTEST_TRAVEL / (views.length - 1)
  const worst = indexOfMost(travels)
  if (worst < 0 || travels[worst]! <= most) return null
  const { from, to } = rangeAround(
    travels.map((travel) => travel > most),
    worst,
  )
  return {
    finding: { code: 'too-far-between', travel: travels[worst]!, most },
    frames: { from, to: to + 1 },
    paths: easings(path, views.length, 'travel'),
  }
}

/** First another timing, then less of the movement, then both. */
function* easings(path: Path, frames: number, ...of: Parameters<typeof lessAndLess>[1][]) {
  yield* evenAndEvener(path, frames)
  const [, , even = path] = evenAndEvener(path, frames)
  yield* lessAndLess(even, ...of)
}

export const uneven: Check = ({ project: { path }, views }) => {
  const motions = stepsOf(views).map(motionOf)
  const total = motions.reduce((sum, motion) => sum + motion, 0)
  const worst = indexOfMost(motions)
  if (worst < 0 || total < IN_PLACE) return null
  const times = (motions[worst]! * motions.length) / total
  if (times <= MOST_UNEVEN) return null
  const limit = (MOST_UNEVEN * total) / motions.length
  const { from, to } = rangeAround(
    motions.map((motion) => motion > limit),
    worst,
  )
  return {
    finding: { code: 'uneven', times },
    frames: { from, to: to + 1 },
    paths: evenAndEvener(path, views.length),
  }
}

/** With more keys than frames, some keys are never seen. */
export const moreKeysThanFrames: Check = ({ project: { path, scene } }) =>
  path.keys.length <= scene.frames
    ? null
    : {
        finding: {
          code: 'more-keys-than-frames',
          keys: path.keys.length,
          frames: scene.frames,
        },
        severity: 'note',
        paths: [withKeyCount(path, scene.frames)],
      }

/** Near the point that it looks at, a camera swings past it; the mend steps back from the point. */
export const closeToPoint: Check = ({ project: { path, scene } }) => {
  const close = keysTooCloseToAim(path)
  const [first] = close
  if (first === undefined) return null
  const frame = Math.round(frameOfPlace(first, scene.frames, path.keys.length))
  const backed = close.reduce((changed, index) => {
    const key = changed.keys[index]!
    const aim = aimOf(changed, key)
    if (!('point' in aim)) return changed
    const away = subtractVec(key.position, aim.point)
    const length = lengthVec(away)
    const direction =
      length > 1e-9 ? scaleVec(away, 1 / length) : scaleVec(forwardOf(key.rotation), -1)
    const position = addVec(aim.point, scaleVec(direction, 2 * CLOSE_TO_POINT))
    return replaceKey(changed, { ...key, position })
  }, path)
  return {
    finding: { code: 'close-to-point', key: first },
    frames: { from: frame, to: frame },
    paths: [backed],
  }
}
