import {
  anglesOfQuat,
  axisAngleQuat,
  distanceVec,
  invertQuat,
  multiplyQuat,
  rotateByQuat,
  scaleVec,
  subtractVec,
} from '@flashworld/math'
import type { View } from '../path.ts'

/**
 * Cameras of another origin and unit, such as a file's, where a path begins in the studio: as on the published page, the
 * first stands at the origin, looking ahead; one that stands upright keeps its pitch, so that the horizon stays known.
 * @returns the cameras, and by what factor they were scaled to be seen
 */
export function placedInView(views: readonly View[]): {
  readonly placed: readonly View[]
  readonly factor: number
} {
  const standing = standingAtOrigin(views)
  const factor = scaleToView(standing)
  const scaled = standing.map((view) => ({ ...view, position: scaleVec(view.position, factor) }))
  return { placed: factor === 1 ? standing : scaled, factor }
}

/** A camera that is tipped by less, degrees, stands upright; steeper than this it does not tell its horizon. */
const [UPRIGHT_ROLL, UPRIGHT_PITCH] = [5, 60]

/** All cameras moved and turned as one, so that the first is at the origin and looks down -z, or as far up as it did. */
function standingAtOrigin(views: readonly View[]): View[] {
  const [first] = views
  if (!first) return []
  const { yaw, pitch, roll } = anglesOfQuat(first.rotation)
  const isUpright = Math.abs(roll) < UPRIGHT_ROLL && Math.abs(pitch) < UPRIGHT_PITCH
  const turn = isUpright ? axisAngleQuat([0, 1, 0], -yaw) : invertQuat(first.rotation)
  return views.map((view) => ({
    ...view,
    rotation: multiplyQuat(turn, view.rotation),
    position: rotateByQuat(turn, subtractVec(view.position, first.position)),
  }))
}

/** Paths that reach farther, or less far, would not be seen in the view, in distances to the subject. */
const SEEN = { least: 0.02, most: 6 } as const

/** The factor that makes a path of an unknown unit one that can be seen; the model sees no scale. */
function scaleToView(views: readonly View[]): number {
  const extent = Math.max(0, ...views.map(({ position }) => distanceVec(position, [0, 0, 0])))
  return extent === 0 || (extent >= SEEN.least && extent <= SEEN.most) ? 1 : 1 / extent
}
