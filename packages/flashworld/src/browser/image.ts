import type { Crop } from '@flashworld/camera'
import { FlashWorldError } from '../errors.ts'
import type { ImageDecoder } from '../image.ts'
import { checkPhotographSize } from '../image.ts'
import { resizePixels } from './resize.ts'

/**
 * Decodes photographs with the browser's own decoders: upright as their EXIF says, in sRGB, on white where they are
 * transparent. What comes out is Node's within 5 of 255 for PNG and lossless WebP, and within 1 on average for JPEG,
 * whose decoders each round in their own way.
 */
export const browserImages: ImageDecoder = {
  async open(bytes) {
    const image = new Blob([bytes as Uint8Array<ArrayBuffer>])
    const bitmap = await decode(image)
    const { width, height } = bitmap
    bitmap.close()
    checkPhotographSize({ width, height })
    return {
      width,
      height,
      warnings: [],
      resized: async (crop, size) => resizePixels(await cropped(image, crop), crop, size),
    }
  },
}

const decode = (image: Blob): Promise<ImageBitmap> =>
  createImageBitmap(image, { imageOrientation: 'from-image' }).catch((cause: unknown) => {
    const message = 'image: expected one that this browser opens (PNG, JPEG, WebP), got other bytes'
    throw new FlashWorldError('image/unreadable', message, { cause })
  })

/** RGBA bytes of a part of an image, opaque. */
async function cropped(image: Blob, { x, y, width, height }: Crop): Promise<Uint8ClampedArray> {
  const bitmap = await decode(image)
  try {
    // a canvas that is read stays in the processor's memory
    const context = new OffscreenCanvas(width, height).getContext('2d', {
      willReadFrequently: true,
    })!
    context.fillStyle = 'white'
    context.fillRect(0, 0, width, height)
    context.drawImage(bitmap, -x, -y)
    return context.getImageData(0, 0, width, height).data
  } finally {
    bitmap.close()
  }
}
