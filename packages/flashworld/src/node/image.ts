import type { ImageSize } from '@flashworld/camera'
import type sharpModule from 'sharp'
import { FlashWorldError } from '../errors.ts'
import type { ImageDecoder } from '../image.ts'
import { checkPhotographSize, maxImagePixels } from '../image.ts'
import { loadSharp } from './load-sharp.ts'

const reasonOf = (cause: unknown) =>
  (cause instanceof Error ? cause.message : String(cause)).replace(/\s+/g, ' ').trim()

const unreadable = (cause: unknown) =>
  new FlashWorldError(
    'image/unreadable',
    `image: expected a PNG, JPEG or WebP, got ${reasonOf(cause)}`,
    { cause },
  )

/**
 * Decodes photographs with sharp, upright as their EXIF says. What libvips opens with a warning is opened with a
 * warning; what is cut short is refused.
 */
export const nodeImages: ImageDecoder = {
  async open(bytes) {
    const sharp = await loadSharp()
    checkPhotographSize(await headerSize(sharp, bytes))
    const { pixels, warnings } = await decode(sharp, bytes)
    return {
      width: pixels.info.width,
      height: pixels.info.height,
      warnings,
      async resized(crop, target) {
        const { data, info } = pixels
        const raw = { width: info.width, height: info.height, channels: 3 as const }
        const resized = await sharp(data, { raw })
          .extract({ left: crop.x, top: crop.y, width: crop.width, height: crop.height })
          .resize(target.width, target.height, { fit: 'fill', kernel: 'lanczos3' })
          .raw()
          .toBuffer()
        return new Uint8Array(resized)
      },
    }
  },
}

/** The size that the header tells, before anything is decoded. */
async function headerSize(sharp: typeof sharpModule, bytes: Uint8Array): Promise<ImageSize> {
  try {
    return await sharp(bytes, { limitInputPixels: false }).metadata()
  } catch (cause) {
    throw unreadable(cause)
  }
}

/** All pixels, RGB; strictly, or with the word that this was not possible. */
async function decode(sharp: typeof sharpModule, bytes: Uint8Array) {
  const pixelsOf = (failOn: 'warning' | 'error') =>
    sharp(bytes, { limitInputPixels: maxImagePixels, failOn })
      .autoOrient()
      .toColourspace('srgb')
      .flatten({ background: '#ffffff' })
      .raw()
      .toBuffer({ resolveWithObject: true })
  try {
    return { pixels: await pixelsOf('warning'), warnings: [] }
  } catch (warning) {
    const pixels = await pixelsOf('error').catch((cause: unknown) =>
      Promise.reject(unreadable(cause)),
    )
    return { pixels, warnings: [`opened although it is damaged: ${reasonOf(warning)}`] }
  }
}
