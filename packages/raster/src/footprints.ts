import type { ImageSize } from '@flashworld/camera'
import { PACKED_FLOATS } from '@flashworld/splats'
import { projectGaussian } from './splat.ts'
import { unpackViews } from './view.ts'

/** Where Gaussians lie on a picture, `[N]` each. */
export interface Footprints {
  /** Centres, pixels from the picture's corner; NaN of those that it cannot show. */
  readonly x: Float32Array
  readonly y: Float32Array
  /** What each would add to the picture if nothing were before it, pixels: the integral of its alpha, borders aside. */
  readonly area: Float32Array
}

/**
 * Where Gaussians lie on the picture of one camera, and how large.
 * @param gaussians `[N, 38]`: xyz, opacity, scale 3, quaternion wxyz, SH 27
 * @param camera `[11]`: quaternion wxyz, position, fx, fy, cx, cy
 * @param isWanted which of them; the others are as those that the picture cannot show
 */
export function footprints(
  gaussians: Float32Array,
  camera: Float32Array,
  size: ImageSize,
  isWanted: (index: number) => boolean,
): Footprints {
  const count = gaussians.length / PACKED_FLOATS
  const [view] = unpackViews(camera, size)
  const x = new Float32Array(count).fill(NaN)
  const y = new Float32Array(count).fill(NaN)
  const area = new Float32Array(count)
  for (let i = 0; i < count; i++) {
    const splat = isWanted(i) && projectGaussian(gaussians, i, { view: view!, size })
    if (!splat) continue
    const [xx, xy, yy] = splat.conic
    x[i] = splat.x
    y[i] = splat.y
    area[i] = (2 * Math.PI * splat.opacity) / Math.sqrt(xx * yy - xy * xy)
  }
  return { x, y, area }
}
