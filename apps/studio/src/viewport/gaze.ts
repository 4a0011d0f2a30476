import type { Vec3 } from '@flashworld/math'
import {
  addVec,
  distanceVec,
  dotVec,
  forwardOf,
  lookQuat,
  mixVec,
  scaleVec,
  slerpQuat,
  subtractVec,
} from '@flashworld/math'
import type { View } from '../path/path.ts'
import { DEFAULT_FOV_DEGREES } from '@flashworld/camera'

/** Milliseconds from one view to another. */
export const FLIGHT = 180
/** Where the subject is, seen from where a path begins. */
const SUBJECT: Vec3 = [0, 0, -1]
/** A step back and to the side of where a path begins, so that it lies before one. */
const FIRST_PLACE: Vec3 = [0.45, 0.32, 0.95]

export const FIRST_VIEW: View = {
  position: FIRST_PLACE,
  rotation: lookQuat(subtractVec(addVec(SUBJECT, [0, 0, 0.25]), FIRST_PLACE))!,
  fovDegrees: DEFAULT_FOV_DEGREES,
}

/** The person's own view: where it is now, and on its way to. */
export class Gaze {
  #view = FIRST_VIEW
  #flight: { readonly from: View; readonly to: View; readonly since: number } | null = null
  /** What one goes around: a point that was chosen, else what is ahead. */
  focus: Vec3 | null = null

  get view(): View {
    return this.#view
  }

  /** Where it will be when it has arrived. */
  get aim(): View {
    return this.#flight?.to ?? this.#view
  }

  set(view: View): void {
    this.#view = view
    this.#flight = null
  }

  flyTo(to: View, now: number): void {
    this.#flight = { from: this.#view, to, since: now }
  }

  /** @returns whether it moved */
  tick(now: number): boolean {
    if (!this.#flight) return false
    const { from, to, since } = this.#flight
    const t = Math.min(1, (now - since) / FLIGHT)
    this.#view = between(from, to, t * t * (3 - 2 * t))
    if (t === 1) this.set(to)
    return true
  }

  /** @param depth of what is ahead, null where that is not known */
  pivot(depth: number | null): Vec3 {
    if (this.focus) return this.focus
    const { position, rotation } = this.#view
    const forward = forwardOf(rotation)
    const subject = dotVec(subtractVec(SUBJECT, position), forward)
    return addVec(position, scaleVec(forward, depth ?? Math.max(0.3, subject)))
  }
}

function between(from: View, to: View, t: number): View {
  if (t === 1) return to
  return {
    position: mixVec(from.position, to.position, t),
    rotation: slerpQuat(from.rotation, to.rotation, t),
    fovDegrees: from.fovDegrees + (to.fovDegrees - from.fovDegrees) * t,
  }
}

/** The view moved towards a point, or away from it, by a share of the distance. */
export function approach(view: View, point: Vec3, share: number): View {
  const far = distanceVec(view.position, point)
  const reach = share > 0 ? Math.min(share, 1 - Math.min(1, 0.02 / far)) : share
  return { ...view, position: mixVec(view.position, point, reach) }
}
