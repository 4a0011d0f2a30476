import { CameraError } from './camera-error.ts'
import type { ImageSize } from './camera.ts'
import { checkImageSize } from './camera.ts'

/** Focal lengths and principal point. Normalised or in pixels: the name at hand says which. */
export interface Intrinsics {
  readonly fx: number
  readonly fy: number
  readonly cx: number
  readonly cy: number
}

/** The rectangle cut out of an image, in its pixels, and the factor that then resizes it. */
export interface Crop extends ImageSize {
  readonly x: number
  readonly y: number
  readonly scale: number
}

/** The field of view along the longer side, degrees, where nothing else is asked for. */
export const DEFAULT_FOV_DEGREES = 60

/** Pixels to image widths and heights. */
export function normalizeIntrinsics(px: Intrinsics, size: ImageSize): Intrinsics {
  const { width, height } = size
  return { fx: px.fx / width, fy: px.fy / height, cx: px.cx / width, cy: px.cy / height }
}

/** Image widths and heights to pixels. */
export function intrinsicsInPixels(norm: Intrinsics, size: ImageSize): Intrinsics {
  const { width, height } = size
  return { fx: norm.fx * width, fy: norm.fy * height, cx: norm.cx * width, cy: norm.cy * height }
}

/**
 * Normalised intrinsics with square pixels and the principal point in the middle.
 * @param fovDegrees field of view along the longer side; default 60, inside what the embedded
 * model was trained on (42 to 74 across a landscape image, 34 to 52 across a portrait one)
 * @throws CameraError `camera/value` on a size that is no image's or an angle outside 1 to 170
 */
export function intrinsicsFromFov(size: ImageSize, fovDegrees = DEFAULT_FOV_DEGREES): Intrinsics {
  checkImageSize(size, 'intrinsicsFromFov')
  if (!(fovDegrees >= 1 && fovDegrees <= 170)) {
    throw new CameraError(
      'camera/value',
      `field of view: expected 1 to 170 degrees, got ${fovDegrees}`,
    )
  }
  const focalPx = Math.max(size.width, size.height) / 2 / Math.tan((fovDegrees * Math.PI) / 360)
  return { fx: focalPx / size.width, fy: focalPx / size.height, cx: 0.5, cy: 0.5 }
}

/**
 * The central part of an image that has the output's aspect. Cut the rectangle out, then resize it
 * to `output`; `cropIntrinsics` follows with the same numbers.
 * @throws CameraError `camera/crop` when the image is so narrow that nothing would be left
 */
export function centerCrop(image: ImageSize, output: ImageSize): Crop {
  checkImageSize(image, 'image')
  checkImageSize(output, 'output')
  const byHeight = output.height / image.height
  const byWidth = output.width / image.width
  const scale = byHeight > byWidth ? byHeight : byWidth
  const width = Math.trunc(output.width / scale)
  const height = Math.trunc(output.height / scale)
  if (width < 1 || height < 1) {
    throw new CameraError(
      'camera/crop',
      `centerCrop: expected an image that holds ${output.width}x${output.height}'s aspect, ` +
        `got ${image.width}x${image.height}`,
    )
  }
  const x = Math.floor((image.width - width) / 2)
  const y = Math.floor((image.height - height) / 2)
  return { x, y, width, height, scale }
}

/** Intrinsics in pixels of the uploaded image to pixels of the cropped and resized one. */
export function cropIntrinsics(px: Intrinsics, crop: Crop): Intrinsics {
  const { x, y, scale } = crop
  return { fx: px.fx * scale, fy: px.fy * scale, cx: (px.cx - x) * scale, cy: (px.cy - y) * scale }
}
