import type sharpModule from 'sharp'
import { loadOptional } from '../optional-package.ts'

let loaded: Promise<typeof sharpModule> | undefined

/** sharp, loaded when the first picture needs it. @throws FlashWorldError `package/missing` with how to install it */
export const loadSharp = (): Promise<typeof sharpModule> =>
  (loaded ??= loadOptional(() => import('sharp'), 'pictures', 'sharp').then(
    ({ default: sharp }) => {
      // only the formats that photographs come in: the other loaders of libvips are larger targets
      sharp.block({ operation: ['VipsForeignLoad'] })
      sharp.unblock({
        operation: ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadWebp'],
      })
      return sharp
    },
  ))
