import { CameraError } from './camera-error.ts'

/** Width and height of an image in pixels. */
export interface ImageSize {
  readonly width: number
  readonly height: number
}

export const sameSize = (a: ImageSize, b: ImageSize): boolean =>
  a.width === b.width && a.height === b.height

/**
 * Checks the size of an image.
 * @param where what the message names
 * @throws CameraError `camera/value` unless both sides are whole numbers of pixels above 0
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
