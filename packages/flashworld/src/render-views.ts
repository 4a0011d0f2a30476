import type { Camera, ImageSize } from '@flashworld/camera'
import { CAMERA_FLOATS, packCameras } from '@flashworld/camera'
import type { Engine, Tensor } from '@flashworld/engine'
import { contributions, rasterize, renderToRgba8 } from '@flashworld/raster'
import type { Gaussians } from '@flashworld/splats'
import { PACKED_FLOATS, shCoefficients, toPacked } from '@flashworld/splats'
import type { Picture } from './events.ts'

export interface RenderOptions extends ImageSize {
  /** Red, green, blue from 0 to 1 where the scene ends; default white, as the model was trained on. */
  readonly background?: readonly [number, number, number]
  readonly signal?: AbortSignal
}

const white = [1, 1, 1] as const

/**
 * Pictures of a cloud as each camera sees it, sRGB. The cloud is uploaded once, the pictures are drawn one by one, so
 * that their number costs no device memory. Of the spherical harmonics, the bands up to 2 are drawn.
 * @param cameras in the cloud's frame
 * @throws ShapeError unless width and height are whole pixels; the signal's reason when it aborts
 */
export function renderViews(
  engine: Engine,
  gaussians: Gaussians,
  cameras: readonly Camera[],
  { width, height, background = white, signal }: RenderOptions,
): Promise<Picture[]> {
  return engine.scope(async () => {
    const cloud = uploadCloud(engine, gaussians)
    const pictures: Picture[] = []
    for (const camera of cameras) {
      signal?.throwIfAborted()
      const pixels = await engine.scope(() =>
        engine.read(rasterize(engine, cloud, uploadCameras(engine, [camera]), { width, height, background })),
      )
      pictures.push({ width, height, rgba: renderToRgba8(pixels) })
    }
    return pictures
  })
}

/**
 * How much each Gaussian shows, `[N]`: the sum of its weights over all pixels of all cameras. What
 * `keepMostImportant` takes.
 * @param cameras in the cloud's frame
 * @throws ShapeError unless width and height are whole pixels
 */
export function measureContributions(
  engine: Engine,
  gaussians: Gaussians,
  cameras: readonly Camera[],
  { width, height }: ImageSize,
): Promise<Float32Array> {
  return engine.scope(async () => {
    const cloud = uploadCloud(engine, gaussians)
    const total = new Float64Array(gaussians.count)
    for (const camera of cameras) {
      const weights = await engine.scope(() =>
        engine.read(contributions(engine, cloud, uploadCameras(engine, [camera]), { width, height })),
      )
      weights.forEach((weight, i) => (total[i]! += weight))
    }
    return Float32Array.from(total)
  })
}

const uploadCloud = (engine: Engine, gaussians: Gaussians): Tensor =>
  engine.upload(toPacked(withTwoBands(gaussians)), [gaussians.count, PACKED_FLOATS])

const uploadCameras = (engine: Engine, cameras: readonly Camera[]): Tensor =>
  engine.upload(packCameras(cameras), [cameras.length, CAMERA_FLOATS])

/** The cloud at the rasterizer's SH degree: missing bands are 0, band 3 is left out. */
function withTwoBands(gaussians: Gaussians): Gaussians {
  if (gaussians.shDegree === 2) return gaussians
  const [from, to] = [3 * shCoefficients(gaussians.shDegree), 3 * shCoefficients(2)]
  const sh = new Float32Array(gaussians.count * to)
  for (let i = 0; i < gaussians.count; i++) {
    sh.set(gaussians.sh.subarray(i * from, i * from + Math.min(from, to)), i * to)
  }
  return { ...gaussians, sh, shDegree: 2 }
}
