import type { Crop, ImageSize } from '@flashworld/camera'
import { FlashWorldError } from './errors.ts'

/** A decoded photograph, upright as its metadata says. */
export interface Photograph extends ImageSize {
  /** What is wrong with the file, where it could be opened all the same. */
  readonly warnings: readonly string[]
  /** The rectangle `crop` resized to `size`: RGB bytes, row-major. */
  resized(crop: Crop, size: ImageSize): Promise<Uint8Array>
}

/** How the platform decodes images (sharp in Node, `createImageBitmap` in a browser). */
export interface ImageDecoder {
  /** Decodes the whole, so that what is damaged is known at once. @throws FlashWorldError `image/unreadable`, `image/size` */
  open(bytes: Uint8Array): Promise<Photograph>
}

/** Most pixels that a photograph may have: 8000 x 8000. */
export const maxImagePixels = 64_000_000

const minImageSide = 16

/** @throws FlashWorldError `image/size` */
export function checkPhotographSize({ width, height }: ImageSize): void {
  if (width * height > maxImagePixels) {
    throw new FlashWorldError(
      'image/size',
      `image: expected at most ${maxImagePixels / 1e6} million pixels, got ${width} x ${height}; make it smaller`,
    )
  }
  if (Math.min(width, height) < minImageSide) {
    throw new FlashWorldError(
      'image/size',
      `image: expected sides of at least ${minImageSide} pixels, got ${width} x ${height}`,
    )
  }
}

/** RGB bytes to the encoder's input: `[H, W, 3]` in [-1, 1]. */
export const signedPixels = (rgb: Uint8Array): Float32Array =>
  Float32Array.from(rgb, (v) => (v / 255) * 2 - 1)
