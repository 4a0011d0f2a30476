import type { ImageSize } from '@flashworld/camera'
import { lensFromFov } from '@flashworld/camera'
import type { Vec3 } from '@flashworld/math'
import { addVec, distanceVec, mixVec, rotateByQuat } from '@flashworld/math'
import type { View } from '../../path/path.ts'

/** Depth of a key's frustum, in the path's unit, where it has room. */
const KEY_DEPTH = 0.14

/** How deep the frusta of cameras along a path are drawn: less where these stand close, or they would hide each other. */
export function frustumDepth(along: readonly Vec3[]): number {
  const gaps = along.slice(1).map((position, i) => distanceVec(position, along[i]!))
  // those that turn on the spot have no gap
  const apart = gaps.filter((gap) => gap > 1e-6).sort((a, b) => a - b)
  const middle = apart[apart.length >> 1] ?? Infinity
  return Math.max(KEY_DEPTH / 3, Math.min(KEY_DEPTH, 0.8 * middle))
}

/** The picture's corners at a distance ahead of a camera: top left, top right, bottom right, bottom left. */
export function frustumCorners(
  { position, rotation, fovDegrees }: View,
  size: ImageSize,
  ahead: number,
): readonly [Vec3, Vec3, Vec3, Vec3] {
  const { fx, fy } = lensFromFov(size, fovDegrees)
  const [x, y] = [(ahead * 0.5) / fx, (ahead * 0.5) / fy]
  const corner = (right: number, up: number) =>
    addVec(position, rotateByQuat(rotation, [right, up, -ahead]))
  return [corner(-x, y), corner(x, y), corner(x, -y), corner(-x, -y)]
}

/**
 * A camera as lines, six floats each: from its centre to its picture's corners, the picture's sides, and a mark that
 * shows which side is up.
 */
export function frustumLines(view: View, size: ImageSize, ahead: number): number[] {
  const corners = frustumCorners(view, size, ahead)
  const [topLeft, topRight, bottomRight] = corners
  const width = distanceVec(topRight, topLeft)
  const height = distanceVec(topRight, bottomRight)
  const up = rotateByQuat(view.rotation, [0, Math.min(width, height) * 0.25, 0])
  const along = (share: number) => mixVec(topLeft, topRight, share)
  const [left, right, tip] = [along(0.35), along(0.65), addVec(along(0.5), up)]
  const lines: (readonly [Vec3, Vec3])[] = [
    ...corners.map((corner) => [view.position, corner] as const),
    ...corners.map((corner, i) => [corner, corners[(i + 1) % 4]!] as const),
    [left, tip],
    [tip, right],
  ]
  return lines.flat(2)
}
