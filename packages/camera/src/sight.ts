import type { Vec3 } from '@flashworld/math'
import { quatToMat3, rotateVec, transposeMat3 } from '@flashworld/math'
import type { Camera } from './camera.ts'

/** Points of a view, a side, that are looked for in the other. */
const grid = 9
/** Their distances from the camera, in multiples of the cameras' distance from each other; the last is a direction. */
const reaches = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 20, 1e6]

/**
 * False where two cameras can see nothing in common, however near or far it is. True is no promise: what stands
 * between may hide it.
 * @example
 * ```ts
 * import { sharesView, templatePath } from '@flashworld/camera'
 *
 * const path = templatePath('pan-left:180', { count: 2, size: { width: 192, height: 128 } })
 * console.log(sharesView(path[0]!, path[1]!)) // false
 * ```
 */
export function sharesView(first: Camera, second: Camera): boolean {
  const toWorld = quatToMat3(first.rotation)
  const sees = seenBy(second)
  const apart = Math.hypot(...first.position.map((p, k) => p - second.position[k]!)) || 1
  for (let row = 0; row < grid; row++) {
    for (let col = 0; col < grid; col++) {
      const x = (col / (grid - 1) - first.cx) / first.fx
      const y = (row / (grid - 1) - first.cy) / first.fy
      for (const reach of reaches) {
        const depth = reach * apart
        const [dx, dy, dz] = rotateVec(toWorld, [x * depth, -y * depth, -depth])
        const [px, py, pz] = first.position
        if (sees([px + dx, py + dy, pz + dz], 0)) return true
      }
    }
  }
  return false
}

/**
 * Whether a ball reaches into a camera's view, about: at its edges, a little more counts as seen.
 * @example
 * ```ts
 * import { seenBy, templatePath } from '@flashworld/camera'
 *
 * const [camera] = templatePath('orbit-left', { count: 2, size: { width: 192, height: 128 } })
 * const sees = seenBy(camera!)
 * console.log(sees([0, 0, -1], 0.1), sees([0, 0, 1], 0.1)) // true false
 * ```
 */
export function seenBy({ rotation, position, fx, fy, cx, cy }: Camera) {
  const toCamera = transposeMat3(quatToMat3(rotation))
  return ([x, y, z]: Vec3, radius: number): boolean => {
    const [u, v, w] = rotateVec(toCamera, [x - position[0], y - position[1], z - position[2]])
    const depth = -w
    if (depth + radius <= 0) return false
    const across = Math.max(depth, radius)
    const [left, right] = [(u - radius) * fx + cx * across, (u + radius) * fx + cx * across]
    const [top, bottom] = [(-v - radius) * fy + cy * across, (-v + radius) * fy + cy * across]
    return right >= 0 && left <= across && bottom >= 0 && top <= across
  }
}
