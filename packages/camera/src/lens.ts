import { CameraError } from './camera-error.ts'
import type { ImageSize } from './picture.ts'
import { checkImageSize } from './picture.ts'

/** Focal lengths and principal point. Normalised or in pixels: the name at hand says which. */
export interface Intrinsics {
  readonly fx: number
  readonly fy: number
  readonly cx: number
  readonly cy: number
}

/**
 * Intrinsics with the picture that they belong to. They are normalised to it: `fx`, `cx` in its
 * widths, `fy`, `cy` in its heights; its top left corner is (0, 0).
 */
export interface Lens extends Intrinsics {
  readonly size: ImageSize
}

/** The field of view along the longer side, degrees, where nothing else is asked for. */
export const DEFAULT_FOV_DEGREES = 60

/**
 * The lens of intrinsics in pixels of a picture.
 * @example
 * ```ts
 * import { lensFromPixels } from '@flashworld/camera'
 *
 * const lens = lensFromPixels({ fx: 610, fy: 610, cx: 352, cy: 240 }, { width: 704, height: 480 })
 * console.log(lens.cx, lens.cy) // 0.5 0.5
 * ```
 */
export function lensFromPixels(px: Intrinsics, size: ImageSize): Lens {
  const { width, height } = size
  return { fx: px.fx / width, fy: px.fy / height, cx: px.cx / width, cy: px.cy / height, size }
}

/**
 * Intrinsics in pixels of the lens's own picture.
 * @example
 * ```ts
 * import { lensFromFov, lensInPixels } from '@flashworld/camera'
 *
 * console.log(lensInPixels(lensFromFov({ width: 704, height: 480 })).cx) // 352
 * ```
 */
export function lensInPixels(lens: Lens): Intrinsics {
  const { width, height } = lens.size
  return { fx: lens.fx * width, fy: lens.fy * height, cx: lens.cx * width, cy: lens.cy * height }
}

/**
 * A lens with square pixels and the principal point in the middle.
 * @param fovDegrees field of view along the longer side; default 60, inside what the embedded
 * model was trained on (42 to 74 across a landscape image, 34 to 52 across a portrait one)
 * @throws CameraError `camera/value` on a size that is no image's or an angle outside 1 to 170
 * @example
 * ```ts
 * import { lensFromFov } from '@flashworld/camera'
 *
 * const lens = lensFromFov({ width: 1920, height: 1080 }, 75)
 * ```
 */
export function lensFromFov(size: ImageSize, fovDegrees = DEFAULT_FOV_DEGREES): Lens {
  checkImageSize(size, 'lensFromFov')
  if (!(fovDegrees >= 1 && fovDegrees <= 170)) {
    throw new CameraError(
      'camera/value',
      `field of view: expected 1 to 170 degrees, got ${fovDegrees}`,
    )
  }
  const { width, height } = size
  const focalPx = Math.max(width, height) / 2 / Math.tan((fovDegrees * Math.PI) / 360)
  return { fx: focalPx / width, fy: focalPx / height, cx: 0.5, cy: 0.5, size: { width, height } }
}

/**
 * The field of view along the longer side of a lens with square pixels, degrees.
 * @example
 * ```ts
 * import { fovOfLens, lensFromFov } from '@flashworld/camera'
 *
 * console.log(fovOfLens(lensFromFov({ width: 704, height: 480 }, 50))) // 50
 * ```
 */
export const fovOfLens = ({ fx, fy }: Intrinsics): number =>
  (360 / Math.PI) * Math.atan(0.5 / Math.min(fx, fy))

/** The longer side of the film that focal lengths in millimetres are told for: 35 mm film, 36 x 24. */
const FILM_MM = 36

/**
 * The focal length, millimetres on 35 mm film, of a field of view along the longer side in degrees.
 * @example
 * ```ts
 * import { millimetresOfFov } from '@flashworld/camera'
 *
 * console.log(millimetresOfFov(60)) // 31.2
 * ```
 */
export const millimetresOfFov = (fovDegrees: number): number =>
  FILM_MM / 2 / Math.tan((fovDegrees * Math.PI) / 360)

/**
 * The field of view along the longer side, degrees, of a focal length in millimetres on 35 mm film.
 * @example
 * ```ts
 * import { fovOfMillimetres } from '@flashworld/camera'
 *
 * console.log(fovOfMillimetres(35)) // 54.4
 * ```
 */
export const fovOfMillimetres = (millimetres: number): number =>
  (360 / Math.PI) * Math.atan(FILM_MM / 2 / millimetres)
