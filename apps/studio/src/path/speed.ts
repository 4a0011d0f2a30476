import { angleBetweenQuats, distanceVec } from '@flashworld/math'
import { curveOf, drawnCurveOf } from './curve.ts'
import type { Path, View } from './path.ts'

/** What changes from one view to the next. */
export interface Step {
  /** In the path's unit. */
  readonly travel: number
  /** Degrees. */
  readonly turn: number
}

export const stepsOf = (views: readonly View[]): Step[] =>
  views.slice(1).map((view, i) => ({
    travel: distanceVec(view.position, views[i]!.position),
    turn: angleBetweenQuats(view.rotation, views[i]!.rotation),
  }))

/**
 * How much the picture changes by a step: travel in distances to the subject and turn in radians count alike, as they
 * move a subject that is 1 away by as much.
 */
export const motionOf = ({ travel, turn }: Step): number => travel + (turn * Math.PI) / 180

/** The speed along a path, as motion per section, at places evenly spread over it: between each two of `count + 1`. */
export function speedCurve(path: Path, count: number): number[] {
  const end = path.keys.length - 1
  if (end < 1) return []
  const views = viewsAlong(path, count + 1)
  return stepsOf(views).map((step) => (motionOf(step) * count) / end)
}

/** Places, at which a path's motion is measured, per section. */
const SAMPLES = 64

/**
 * The same way at an even speed, with as many keys: their places on the curve are spread evenly by what changes in the
 * picture. The first and the last stay.
 */
export function evenSpeed(path: Path): Path {
  const end = path.keys.length - 1
  if (end < 2) return path
  const count = end * SAMPLES
  const motions = stepsOf(viewsAlong(path, count + 1)).map(motionOf)
  const total = motions.reduce((sum, motion) => sum + motion, 0)
  if (total === 0) return path
  const { at } = drawnCurveOf(path)
  let [step, passed] = [0, 0]
  const keys = path.keys.map((key, i) => {
    if (i === 0 || i === end) return key
    const wanted = (total * i) / end
    while (passed + motions[step]! < wanted) passed += motions[step++]!
    const place = ((step + (wanted - passed) / motions[step]!) / count) * end
    return { ...key, ...at(place) }
  })
  return { ...path, keys }
}

function viewsAlong(path: Path, count: number): View[] {
  const { at, end } = curveOf(path)
  return Array.from({ length: count }, (_, i) => at((i * end) / (count - 1)))
}
