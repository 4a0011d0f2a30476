import type { Camera } from '@flashworld/camera'
import { distanceVec, lookQuat, subtractVec } from '@flashworld/math'
import { cameraOf } from '../frames.ts'
import type { View } from '../path.ts'
import { lessAndLess } from './ease.ts'
import type { Check } from './warning.ts'
import { rangeAround } from './warning.ts'

/** A camera keeps this far from what is solid, in distances to the subject. */
const CLEARANCE = 0.02

/** Of each step from one view to the next: whether something that is known stands in its way. */
export function blockedSteps(
  views: readonly View[],
  depthAt: (camera: Camera) => number | null,
): boolean[] {
  return views.slice(1).map((view, i) => {
    const before = views[i]!
    const step = subtractVec(view.position, before.position)
    const length = distanceVec(view.position, before.position)
    const rotation = lookQuat(step) ?? lookQuat(step, [0, 0, 1])
    if (!rotation) return false
    const probe = cameraOf({ ...before, rotation }, { width: 64, height: 64 })
    const depth = depthAt(probe)
    return depth !== null && depth < length + CLEARANCE
  })
}

export const solid: Check = ({ project: { path }, views, depthAt }) => {
  if (!depthAt) return null
  const blocked = blockedSteps(views, depthAt)
  const first = blocked.indexOf(true)
  if (first < 0) return null
  const { from, to } = rangeAround(blocked, first)
  return {
    finding: { code: 'solid' },
    frames: { from, to: to + 1 },
    paths: lessAndLess(path, 'travel'),
  }
}
