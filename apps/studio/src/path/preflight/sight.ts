import { reframe, sharesView } from '@flashworld/camera'
import {
  anglesOfQuat,
  distanceVec,
  dotVec,
  forwardOf,
  lengthVec,
  subtractVec,
} from '@flashworld/math'
import { pointAhead } from '../aim.ts'
import { cameraOf } from '../frames.ts'
import { levelHorizon } from '../shape.ts'
import type { Path, View } from '../path.ts'
import { asSeen, lessAndLess } from './ease.ts'
import { trainedPathsOf } from './trained.ts'
import type { Check } from './warning.ts'
import { indexOfMost, rangeAround } from './warning.ts'

const DEGREES = 180 / Math.PI

/** Distances to a subject that are tried, and one beyond all: a direction. */
const REACHES = [...Array.from({ length: 24 }, (_, i) => 0.1 * 1.3 ** i), 1e6]

/**
 * How far each view looks away from the subject, degrees. What the subject is nobody says: it is taken to be straight
 * ahead of the first view, at the distance at which the path looks away from it the least. So the scale of the path,
 * which the model does not see, does not count.
 */
export function anglesAway(views: readonly View[]): number[] {
  const [first] = views
  if (!first) return []
  const extent = Math.max(...views.map(({ position }) => distanceVec(position, first.position)))
  const [best] = [1, ...REACHES.map((reach) => reach * (extent || 1))]
    .map((distance) => {
      const subject = pointAhead(first, distance)
      return views.map((view) => angleTo(view, subject))
    })
    .toSorted((a, b) => Math.max(...a) - Math.max(...b))
  return best!
}

function angleTo({ position, rotation }: View, point: View['position']): number {
  const to = subtractVec(point, position)
  const length = lengthVec(to)
  if (length < 1e-9) return 0
  const cosine = dotVec(forwardOf(rotation), to) / length
  return Math.acos(Math.min(1, Math.max(-1, cosine))) * DEGREES
}

export const looksAway: Check = ({ project: { path }, views, model }) => {
  const most = trainedPathsOf(model)?.away
  if (most === undefined) return null
  const angles = anglesAway(views)
  const worst = indexOfMost(angles)
  if (worst < 0 || angles[worst]! <= most) return null
  return {
    finding: { code: 'looks-away', degrees: angles[worst]!, most },
    frames: rangeAround(
      angles.map((angle) => angle > most),
      worst,
    ),
    paths: lessAndLess(path, 'yaw', 'pitch', 'roll'),
  }
}

/** The request's own warning: of these frames nothing ties what they see to the first. */
export const disjoint: Check = ({ project: { path, scene }, views }) => {
  const cameras = views.map((view) => cameraOf(view, scene))
  const apart = cameras.map((camera) => !sharesView(cameras[0]!, reframe(camera, cameras[0]!.size)))
  const from = apart.indexOf(true)
  if (from < 0) return null
  return {
    finding: { code: 'disjoint', count: apart.filter(Boolean).length },
    frames: rangeAround(apart, from),
    paths: lessAndLess(path, 'yaw', 'pitch', 'roll'),
  }
}

export const tilted: Check = ({ project: { path }, views, model }) => {
  const most = trainedPathsOf(model)?.tilt
  if (most === undefined || views.length === 0) return null
  const pitches = views.map(({ rotation }) => anglesOfQuat(rotation).pitch)
  const tilts = pitches.map((pitch) => Math.abs(pitch - pitches[0]!))
  const worst = indexOfMost(tilts)
  if (tilts[worst]! <= most) return null
  return {
    finding: { code: 'tilted', degrees: tilts[worst]!, most },
    frames: rangeAround(
      tilts.map((tilt) => tilt > most),
      worst,
    ),
    paths: thenAllTurns(path, lessAndLess(path, 'pitch')),
  }
}

export const tipped: Check = ({ project: { path }, views, model }) => {
  const most = trainedPathsOf(model)?.roll
  if (most === undefined || views.length === 0) return null
  const rolls = views.map(({ rotation }) => anglesOfQuat(rotation).roll)
  const tips = rolls.map((roll) => {
    const tip = roll - rolls[0]!
    return Math.abs(tip - 360 * Math.round(tip / 360))
  })
  const worst = indexOfMost(tips)
  if (tips[worst]! <= most) return null
  return {
    finding: { code: 'tipped', degrees: tips[worst]!, most },
    frames: rangeAround(
      tips.map((tip) => tip > most),
      worst,
    ),
    paths: thenAllTurns(path, [levelHorizon(asSeen(path))]),
  }
}

/** Where keys are upside down, one angle alone may not help: then less of all turns does. */
function* thenAllTurns(path: Path, paths: Iterable<Path>): Generator<Path> {
  yield* paths
  yield* lessAndLess(path, 'yaw', 'pitch', 'roll')
}
