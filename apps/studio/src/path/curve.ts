import { lengthVec, slerpQuat, subtractVec } from '@flashworld/math'
import type { Vec3 } from '@flashworld/math'
import { aimedRotation, aimOf, sameAim, withoutAim } from './aim.ts'
import type { Course } from './course.ts'
import { courseOf } from './course.ts'
import type { Path, View } from './path.ts'

/**
 * A path at any place of it. Places count keys: 0 is the first, 1.5 the middle between the second and the third; as
 * every section takes the same time, they count time as well. Before the first and after the last the path stands still.
 */
export interface Curve {
  /** The last key's place. */
  readonly end: number
  /** What the camera sees there, aimed as the path says. A key's place gives that key exactly. */
  at(place: number): View
  /** Where the camera moves to there, in the path's unit per section; undefined where the path stays in one place. */
  heading(place: number): Vec3 | undefined
}

/** The curve of a path that has keys. @throws RangeError on a path without keys */
export function curveOf(path: Path): Curve {
  const { keys } = path
  if (keys.length === 0) throw new RangeError('curveOf: expected at least one key, got none')
  const end = keys.length - 1
  const course = courseOf(keys, path.smooth)
  const heading = (place: number) => headingOf(course, place, end)
  return {
    end,
    heading,
    at(place) {
      const [i, t] = sectionOf(place, end)
      const view = course.at(i, t)
      const moving = () => heading(place)
      const aim = aimOf(path, keys[i]!)
      const rotation = aimedRotation(aim, view, moving)
      const next = aimOf(path, keys[Math.min(i + 1, end)]!)
      if (t === 0 || sameAim(aim, next)) return { ...view, rotation }
      const eased = t * t * (3 - 2 * t)
      return { ...view, rotation: slerpQuat(rotation, aimedRotation(next, view, moving), eased) }
    },
  }
}

/** The curve of a path as its keys were set, whatever it is aimed at. @throws RangeError on a path without keys */
export const drawnCurveOf = (path: Path): Curve =>
  curveOf({ ...path, aim: { kind: 'drawn' }, keys: path.keys.map(withoutAim) })

/** The section that a place is in, and how far in it, 0 to 1; a key stands at the beginning of its section. */
function sectionOf(place: number, end: number): readonly [section: number, t: number] {
  const within = Math.min(Math.max(place, 0), end)
  const section = Math.floor(within)
  return [section, within - section]
}

/** A velocity below this is rest: its direction says nothing. */
const REST = 1e-9

/** The velocity; where the path rests for a moment, what lies around tells where it is going. */
function headingOf(course: Course, place: number, end: number): Vec3 | undefined {
  const velocity = course.velocity(...sectionOf(place, end))
  if (lengthVec(velocity) > REST) return velocity
  const positionAt = (at: number) => course.at(...sectionOf(at, end)).position
  for (let reach = 1 / 64; reach <= 2 * end; reach *= 2) {
    const step = subtractVec(positionAt(place + reach), positionAt(place - reach))
    if (lengthVec(step) > REST) return step
  }
  return undefined
}
