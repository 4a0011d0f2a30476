import { angleBetweenQuats, distanceVec } from '@flashworld/math'
import { courseOf } from './course.ts'
import { withIds } from './edits.ts'
import type { View } from './path.ts'

/** How far keys may lead off what they stand for. */
export interface Tolerance {
  /** In the path's unit. */
  readonly distance: number
  readonly degrees: number
}

export interface FitOptions {
  readonly tolerance: Tolerance
  /** Whether the keys are joined smoothly. */
  readonly smooth: boolean
}

/** More keys than anyone wants to edit; as many as the published model's frames. */
const MOST_KEYS = 24
/** Places at which keys are held against what they stand for; a prime, so that it rarely falls on keys. */
const CHECKS = 61

/** The fewest views, evenly spaced in time, whose course keeps to a movement: `movement(0)` to `movement(1)`. */
export function fitViews(movement: (t: number) => View, options: FitOptions): View[] {
  const wanted = Array.from({ length: CHECKS }, (_, i) => movement(i / (CHECKS - 1)))
  for (let count = 2; ; count++) {
    const views = Array.from({ length: count }, (_, i) => movement(i / (count - 1)))
    if (count === MOST_KEYS || keepsTo(views, wanted, options)) return views
  }
}

function keepsTo(views: readonly View[], wanted: readonly View[], options: FitOptions): boolean {
  const { tolerance, smooth } = options
  const course = courseOf(withIds(views, []), smooth)
  return wanted.every((want, i) => {
    const place = (i * (views.length - 1)) / (CHECKS - 1)
    const section = Math.floor(place)
    const got = course.at(section, place - section)
    return (
      distanceVec(got.position, want.position) <= tolerance.distance &&
      angleBetweenQuats(got.rotation, want.rotation) <= tolerance.degrees &&
      Math.abs(got.fovDegrees - want.fovDegrees) <= tolerance.degrees
    )
  })
}
