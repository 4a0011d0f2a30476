import type sharpModule from 'sharp'
import { FlashWorldError } from '../errors.ts'
import type { ImageDecoder } from '../image.ts'
import { checkPhotographSize, maxImagePixels } from '../image.ts'

let loaded: Promise<typeof sharpModule> | undefined

/** sharp, loaded when the first picture needs it. */
export const loadSharp = (): Promise<typeof sharpModule> =>
  (loaded ??= import('sharp').then(({ default: sharp }) => {
    // only the formats that photographs come in: the other loaders of libvips are larger targets
    sharp.block({ operation: ['VipsForeignLoad'] })
    sharp.unblock({
      operation: ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadWebp'],
    })
    return sharp
  }))

const unreadable = (cause: unknown) => {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new FlashWorldError(
    'image/unreadable',
    `image: expected a PNG, JPEG or WebP, got ${reason}`,
    { cause },
  )
}

/** Decodes photographs with sharp, upright as their EXIF says. */
export const nodeImages: ImageDecoder = {
  async open(bytes) {
    const sharp = await loadSharp()
    // the size is checked by us first, to name it; the limit guards against headers that lie
    const input = () => sharp(bytes, { limitInputPixels: maxImagePixels, failOn: 'warning' })
    const header = await sharp(bytes, { limitInputPixels: false })
      .metadata()
      .catch((cause: unknown) => Promise.reject(unreadable(cause)))
    const turned = (header.orientation ?? 1) >= 5
    const size = turned
      ? { width: header.height, height: header.width }
      : { width: header.width, height: header.height }
    checkPhotographSize(size)
    return {
      ...size,
      resized: (crop, target) =>
        input()
          .autoOrient()
          .toColourspace('srgb')
          .flatten({ background: '#ffffff' })
          .extract({ left: crop.x, top: crop.y, width: crop.width, height: crop.height })
          .resize(target.width, target.height, { fit: 'fill', kernel: 'lanczos3' })
          .raw()
          .toBuffer()
          .then(
            (buffer) => new Uint8Array(buffer),
            (cause: unknown) => Promise.reject(unreadable(cause)),
          ),
    }
  },
}
