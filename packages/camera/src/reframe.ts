import { CameraError } from './camera-error.ts'
import type { Lens } from './lens.ts'
import { lensFromPixels, lensInPixels } from './lens.ts'
import type { ImageSize } from './picture.ts'
import { checkImageSize, sameSize } from './picture.ts'

/** The rectangle cut out of an image, in its pixels, and the factor that then resizes it. */
export interface Crop extends ImageSize {
  readonly x: number
  readonly y: number
  readonly scale: number
}

/**
 * The central part of an image that has the output's aspect, in whole pixels. Cut the rectangle
 * out, then resize it to `output`; `cropCamera` follows with the same numbers.
 * @throws CameraError `camera/crop` when the image is so narrow that nothing would be left
 * @example
 * ```ts
 * import { centerCrop } from '@flashworld/camera'
 *
 * const crop = centerCrop({ width: 4000, height: 3000 }, { width: 704, height: 480 })
 * console.log(crop.x, crop.y, crop.width, crop.height)
 * ```
 */
export function centerCrop(image: ImageSize, output: ImageSize): Crop {
  checkImageSize(image, 'image')
  checkImageSize(output, 'output')
  const scale = coverScale(image, output)
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

/**
 * The camera (or lens) of a picture that was cut out of its own and resized to `output`.
 * @example
 * ```ts
 * import { centerCrop, cropCamera, lensFromFov } from '@flashworld/camera'
 *
 * const [photograph, picture] = [
 *   { width: 4000, height: 3000 },
 *   { width: 704, height: 480 },
 * ]
 * const lens = cropCamera(lensFromFov(photograph), centerCrop(photograph, picture), picture)
 * ```
 */
export function cropCamera<T extends Lens>(
  camera: T,
  crop: Omit<Crop, 'width' | 'height'>,
  output: ImageSize,
): T {
  const { x, y, scale } = crop
  const { fx, fy, cx, cy } = lensInPixels(camera)
  const px = { fx: fx * scale, fy: fy * scale, cx: (cx - x) * scale, cy: (cy - y) * scale }
  return { ...camera, ...lensFromPixels(px, output) }
}

/**
 * The camera (or lens) for a picture of another size: pixels keep their shape, and the new picture
 * shows the middle of the old one, so that nothing comes into view that the old one did not show.
 * Everything that generates or renders at a size takes its cameras through here.
 * @throws CameraError `camera/value` on a size that is no image's
 * @example
 * ```ts
 * import { lensFromFov, reframe } from '@flashworld/camera'
 *
 * const lens = reframe(lensFromFov({ width: 704, height: 480 }), { width: 1080, height: 1920 })
 * console.log(lens.size)
 * ```
 */
export function reframe<T extends Lens>(camera: T, output: ImageSize): T {
  const { size } = camera
  if (sameSize(size, output)) return camera
  const { width, height } = output
  checkImageSize(output, 'output')
  // of one aspect, normalised intrinsics stay as they are
  if (size.width * height === size.height * width) return { ...camera, size: { width, height } }
  const scale = coverScale(size, output)
  const x = (size.width - width / scale) / 2
  const y = (size.height - height / scale) / 2
  return cropCamera(camera, { x, y, scale }, { width, height })
}

/** The least factor by which an image covers the output. */
const coverScale = (image: ImageSize, output: ImageSize) =>
  Math.max(output.height / image.height, output.width / image.width)
