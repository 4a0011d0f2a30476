import type { ImageSize, Intrinsics } from '@flashworld/camera'
import type { Pose, Vec3 } from '@flashworld/math'
import {
  addVec,
  dotVec,
  invertQuat,
  lengthVec,
  rotateByQuat,
  scaleVec,
  subtractVec,
} from '@flashworld/math'
import type { Ray } from './worlds/depth.ts'

/** A place in the view, CSS pixels from its left and top. */
export interface Point {
  readonly x: number
  readonly y: number
}

/** A camera with its intrinsics, normalised to the view, and the view's size. */
export interface Eye {
  readonly pose: Pose
  readonly lens: Intrinsics
  readonly view: ImageSize
}

/** Where in the view a point of the world is, and how far from the camera's plane; null behind it. */
export function project(
  { pose, lens, view }: Eye,
  point: Vec3,
): (Point & { depth: number }) | null {
  const [x, y, z] = rotateByQuat(invertQuat(pose.rotation), subtractVec(point, pose.position))
  if (z >= 0) return null
  return {
    x: (lens.cx - (lens.fx * x) / z) * view.width,
    y: (lens.cy + (lens.fy * y) / z) * view.height,
    depth: -z,
  }
}

/** The ray that a place in the view shows. */
export function rayThrough({ pose, lens, view }: Eye, { x, y }: Point): Ray {
  const right = (x / view.width - lens.cx) / lens.fx
  const up = (lens.cy - y / view.height) / lens.fy
  const along = rotateByQuat(pose.rotation, [right, up, -1])
  return { from: pose.position, along: scaleVec(along, 1 / lengthVec(along)) }
}

export interface Plane {
  readonly point: Vec3
  readonly normal: Vec3
}

/** Where a ray meets a plane; null where it runs beside or away from it. */
export function meetPlane({ from, along }: Ray, { point, normal }: Plane): Vec3 | null {
  const steep = dotVec(along, normal)
  if (Math.abs(steep) < 1e-6) return null
  const distance = dotVec(subtractVec(point, from), normal) / steep
  return distance > 0 ? addVec(from, scaleVec(along, distance)) : null
}

/** The nearest of the places within reach, nearer ones of those that lie on one another first; -1 where none is. */
export function nearestPlace(
  places: readonly ((Point & { readonly depth: number }) | null)[],
  at: Point,
  reach: number,
): number {
  let best = -1
  let least = Infinity
  places.forEach((place, i) => {
    if (!place) return
    const apart = Math.hypot(place.x - at.x, place.y - at.y)
    // pixels count, and depth decides between equals
    const cost = Math.round(apart / 3) + place.depth * 1e-6
    if (apart <= reach && cost < least) [best, least] = [i, cost]
  })
  return best
}

/** How far a place is from a line through places, CSS pixels; Infinity from one that is out of sight. */
export function distanceToLine(line: readonly (Point | null)[], at: Point): number {
  let least = Infinity
  for (let i = 0; i + 1 < line.length; i++) {
    const [a, b] = [line[i], line[i + 1]]
    if (!a || !b) continue
    const [dx, dy] = [b.x - a.x, b.y - a.y]
    const length = dx * dx + dy * dy
    const share = length === 0 ? 0 : ((at.x - a.x) * dx + (at.y - a.y) * dy) / length
    const t = Math.min(1, Math.max(0, share))
    least = Math.min(least, Math.hypot(a.x + t * dx - at.x, a.y + t * dy - at.y))
  }
  return least
}
