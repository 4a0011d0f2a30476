import type { Camera, ImageSize } from '@flashworld/camera'
import { packCameras } from '@flashworld/camera'
import type { Engine } from '@flashworld/engine'
import { rasterize, renderToRgba8 } from '@flashworld/raster'
import type { Gaussians } from '@flashworld/splats'
import { toPacked } from '@flashworld/splats'
import type { Picture } from './events.ts'

/** The background of pictures that are not part of sampling: white, as in training. */
const white = [1, 1, 1] as const

/** Gaussians as cameras of their own frame see them, one after another so that memory stays bounded. */
export function renderViews(
  engine: Engine,
  gaussians: Gaussians,
  cameras: readonly Camera[],
  size: ImageSize,
): Promise<Picture[]> {
  return engine.scope(async () => {
    const packed = engine.upload(toPacked(gaussians), [gaussians.count, 38])
    const pictures: Picture[] = []
    for (const camera of cameras) {
      const pixels = await engine.scope(() => {
        const one = engine.upload(packCameras([camera]), [1, 11])
        return engine.read(rasterize(engine, packed, one, { ...size, background: white }))
      })
      pictures.push({ ...size, rgba: renderToRgba8(pixels) })
    }
    return pictures
  })
}
