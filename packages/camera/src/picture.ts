import { CameraError } from './camera-error.ts'

/** Width and height of an image in pixels. */
export interface ImageSize {
  readonly width: number
  readonly height: number
}

/**
 * True for two sizes that are one.
 * @example
 * ```ts
 * import { sameSize } from '@flashworld/camera'
 *
 * console.log(sameSize({ width: 704, height: 480 }, { width: 480, height: 704 })) // false
 * ```
 */
export const sameSize = (a: ImageSize, b: ImageSize): boolean =>
  a.width === b.width && a.height === b.height

/**
 * Checks the size of an image.
 * @param where what the message names
 * @throws CameraError `camera/value` unless both sides are whole numbers of pixels above 0
 * @example
 * ```ts
 * import { checkImageSize } from '@flashworld/camera'
 *
 * checkImageSize({ width: 704, height: 480 }, 'the film')
 * ```
 */
export function checkImageSize(size: ImageSize, where: string): void {
  const { width, height } = size
  if (!(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0)) {
    throw new CameraError(
      'camera/value',
      `${where}: expected whole pixels above 0, got ${width}x${height}`,
    )
  }
}
