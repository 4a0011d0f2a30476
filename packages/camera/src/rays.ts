import type { Vec3 } from '@flashworld/math'
import { quatToMat3, rotateVec } from '@flashworld/math'
import type { Camera } from './camera.ts'

/** Rows and columns of a grid of pixels. */
export interface Grid {
  readonly rows: number
  readonly cols: number
}

/** Channels of a raymap: the direction, then the ray's point nearest to the origin. */
export const RAYMAP_CHANNELS = 6

/**
 * The unit direction, in the world, of the ray through a pixel's centre; its origin is the
 * camera's position. `du` and `dv` move it: by `du cx` columns and `dv cy` rows, `cx` and `cy`
 * being the principal point in pixels of the grid.
 */
export type RayCaster = (row: number, col: number, du?: number, dv?: number) => Vec3

/**
 * The rays of a camera at a grid's resolution: rows x columns pixels over the whole image.
 * @example
 * ```ts
 * import { lensFromFov, rayCaster } from '@flashworld/camera'
 *
 * const lens = lensFromFov({ width: 704, height: 480 })
 * const cast = rayCaster({ rotation: [1, 0, 0, 0], position: [0, 0, 0], ...lens }, { rows: 3, cols: 3 })
 * console.log(cast(1, 1)) // straight ahead: [0, 0, -1]
 * ```
 */
export function rayCaster(camera: Camera, grid: Grid): RayCaster {
  const fx = camera.fx * grid.cols
  const cx = camera.cx * grid.cols
  const fy = camera.fy * grid.rows
  const cy = camera.cy * grid.rows
  const rotation = quatToMat3(camera.rotation)
  return (row, col, du = 0, dv = 0) => {
    // (u - 1) cx / fx with u = (col + 0.5) / cx + du, written so that cx may be 0.
    const x = (col + 0.5 - cx + du * cx) / fx
    const y = -(row + 0.5 - cy + dv * cy) / fy
    const d = rotateVec(rotation, [x, y, -1])
    const length = Math.hypot(...d)
    return [d[0] / length, d[1] / length, d[2] / length]
  }
}

/**
 * Directions `[rows, cols, 3]` of all rays of a camera.
 * @example
 * ```ts
 * import { rayDirections, templatePath } from '@flashworld/camera'
 *
 * const [camera] = templatePath('orbit-left', { count: 2, size: { width: 192, height: 128 } })
 * console.log(rayDirections(camera!, { rows: 8, cols: 12 }).length) // 288
 * ```
 */
export function rayDirections(camera: Camera, grid: Grid): Float32Array<ArrayBuffer> {
  const out = new Float32Array(grid.rows * grid.cols * 3)
  forEachRay(camera, grid, (direction, index) => out.set(direction, index * 3))
  return out
}

/**
 * Raymaps `[n, rows, cols, 6]` of n cameras: direction d, then `o - (o . d) d`, o the position.
 * @param cameras in the model's frame
 * @example
 * ```ts
 * import { normalizeCameras, raymaps, templatePath } from '@flashworld/camera'
 *
 * const path = templatePath('orbit-left', { count: 4, size: { width: 192, height: 128 } })
 * const maps = raymaps(normalizeCameras(path).cameras, { rows: 8, cols: 12 })
 * console.log(maps.length) // 4 x 8 x 12 x 6
 * ```
 */
export function raymaps(cameras: readonly Camera[], grid: Grid): Float32Array<ArrayBuffer> {
  const size = grid.rows * grid.cols * RAYMAP_CHANNELS
  const out = new Float32Array(cameras.length * size)
  cameras.forEach((camera, i) => {
    const o = camera.position
    forEachRay(camera, grid, (d, index) => {
      const along = o[0] * d[0] + o[1] * d[1] + o[2] * d[2]
      const nearest = [o[0] - along * d[0], o[1] - along * d[1], o[2] - along * d[2]]
      out.set([...d, ...nearest], i * size + index * RAYMAP_CHANNELS)
    })
  })
  return out
}

function forEachRay(
  camera: Camera,
  grid: Grid,
  visit: (direction: Vec3, index: number) => void,
): void {
  const cast = rayCaster(camera, grid)
  for (let row = 0; row < grid.rows; row++) {
    for (let col = 0; col < grid.cols; col++) visit(cast(row, col), row * grid.cols + col)
  }
}
