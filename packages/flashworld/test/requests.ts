import type { ImageSize } from '@flashworld/camera'
import type { ImageDecoder } from '../src/image.ts'
import type { RequestDefaults } from '../src/known-models.ts'
import type { RequestContext } from '../src/request.ts'

/** What is known of the embedded model, about. */
export const smallDefaults: RequestDefaults = {
  model: 'mini',
  resolution: [12, 128, 192],
  path: 'orbit-left',
  lookDown: 12,
  trained: {
    frames: [8, 24],
    sizes: [
      { width: 192, height: 128 },
      { width: 128, height: 192 },
      { width: 160, height: 160 },
    ],
  },
  work: { perPixel: 1, perPixelSquared: 0 },
}

/** Takes any bytes for a photograph of one size. */
export const imagesOf = (size: ImageSize, warnings: readonly string[] = []): ImageDecoder => ({
  open: () =>
    Promise.resolve({ ...size, warnings, resized: () => Promise.reject(new Error('unused')) }),
})

export const requestContext: RequestContext = {
  defaults: smallDefaults,
  images: imagesOf({ width: 192, height: 128 }),
}
