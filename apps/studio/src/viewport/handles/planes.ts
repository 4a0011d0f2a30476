import type { Pose, Vec3 } from '@flashworld/math'
import { distanceVec, dotVec, forwardOf, subtractVec } from '@flashworld/math'
import type { Eye, Plane, Point } from '../rays.ts'
import { meetPlane, rayThrough } from '../rays.ts'

/** Looking down by more than this share, one draws on the ground's plane rather than on a wall. */
const STEEP = 0.45

/** The plane through a point that is parallel to the picture: what is dragged on it stays under the pointer. */
export const facing = (pose: Pose, point: Vec3): Plane => ({
  point,
  normal: forwardOf(pose.rotation),
})

/** The level plane through a point. */
export const level = (point: Vec3): Plane => ({ point, normal: [0, 1, 0] })

/** The plane that a stroke through a point is drawn on: level where one looks down or up on it, else upright. */
export function strokePlane(pose: Pose, point: Vec3): Plane {
  const [x, y, z] = forwardOf(pose.rotation)
  if (Math.abs(y) > STEEP) return level(point)
  const length = Math.hypot(x, z)
  return { point, normal: [x / length, 0, z / length] }
}

/** A stroke in the view as points on a plane; what misses it, or lies farther than `reach` from where it began, is left out. */
export function strokeOnto(
  eye: Eye,
  stroke: readonly Point[],
  plane: Plane,
  reach: number,
): Vec3[] {
  return stroke.flatMap((at) => {
    const point = meetPlane(rayThrough(eye, at), plane)
    return point && distanceVec(point, plane.point) <= reach ? [point] : []
  })
}

/** How far a point is dragged when the pointer goes from one place to another on a plane; null where it leaves it. */
export function draggedBy(eye: Eye, from: Point, to: Point, plane: Plane): Vec3 | null {
  const [start, end] = [from, to].map((at) => meetPlane(rayThrough(eye, at), plane))
  return start && end ? subtractVec(end, start) : null
}

/** How far a point is from the camera's plane. */
export const depthOf = (pose: Pose, point: Vec3): number =>
  dotVec(subtractVec(point, pose.position), forwardOf(pose.rotation))
