import type { Camera, ImageSize } from '@flashworld/camera'
import { CAMERA_FLOATS, packCameras, reframe } from '@flashworld/camera'
import type { Engine, Tensor } from '@flashworld/engine'
import { contributions, rasterize, renderToRgba8 } from '@flashworld/raster'
import type { Gaussians } from '@flashworld/splats'
import { PACKED_FLOATS, SH_C0, shCoefficients, toPacked } from '@flashworld/splats'
import type { Picture } from './events.ts'

/** The size of pictures of a scene, and what is behind it. */
export interface RenderOptions extends ImageSize {
  /** Red, green, blue from 0 to 1 where the scene ends; default white, as the model was trained on. */
  readonly background?: readonly [number, number, number]
  readonly signal?: AbortSignal
}

/** What shines through where a scene ends: the model was trained on it. */
export const white = [1, 1, 1] as const

/**
 * Pictures of a cloud as each camera sees it, sRGB. The cloud is uploaded once, the pictures are drawn one by one, so
 * that their number costs no device memory. Of the spherical harmonics, the bands up to 2 are drawn.
 * @param cameras in the cloud's frame
 * @throws ShapeError unless width and height are whole pixels; EngineError `engine/busy` while something else has the
 * engine; the signal's reason when it aborts
 * @example
 * ```ts
 * import { renderViews } from 'flashworld'
 * import { templatePath } from '@flashworld/camera'
 * import { encodePng, openEngine, readScene, saveFile } from 'flashworld/node'
 *
 * using engine = await openEngine({ backend: 'wasm' })
 * const { gaussians } = await readScene('house.spz')
 * const size = { width: 96, height: 64 }
 * const cameras = templatePath('orbit-left', { count: 2, size })
 * const [picture] = await renderViews(engine, gaussians, cameras, size)
 * await saveFile('house.png', await encodePng(picture!))
 * ```
 */
export async function renderViews(
  engine: Engine,
  gaussians: Gaussians,
  cameras: readonly Camera[],
  options: RenderOptions,
): Promise<Picture[]> {
  const pictures: Picture[] = []
  for await (const picture of streamViews(engine, gaussians, cameras, options))
    pictures.push(picture)
  return pictures
}

/**
 * The pictures of `renderViews`, each drawn when it is asked for. Until the last, the engine is in use.
 * @example
 * ```ts
 * import { streamViews } from 'flashworld'
 * import { templatePath } from '@flashworld/camera'
 * import { encodeAnimation, openEngine, readScene, saveFile } from 'flashworld/node'
 *
 * using engine = await openEngine({ backend: 'wasm' })
 * const { gaussians } = await readScene('house.spz')
 * const size = { width: 96, height: 64 }
 * const cameras = templatePath('orbit-left', { count: 4, size })
 * const pictures = streamViews(engine, gaussians, cameras, size)
 * await saveFile('house.webp', await encodeAnimation(pictures, 12))
 * ```
 */
export async function* streamViews(
  engine: Engine,
  gaussians: Gaussians,
  cameras: readonly Camera[],
  { background = white, ...options }: RenderOptions,
): AsyncGenerator<Picture, void, undefined> {
  const { width, height } = options
  for await (const pixels of streamPixels(engine, gaussians, cameras, { background, ...options })) {
    yield { width, height, rgba: renderToRgba8(pixels) }
  }
}

/** How far away a cloud is, seen by one camera. */
export interface DepthMap extends ImageSize {
  /** `[height, width]`: distance from the camera plane in the cloud's unit; 0 where there is nothing. */
  readonly depth: Float32Array
}

/**
 * Depth maps of a cloud, each drawn when it is asked for: the mean of the Gaussians' distances from the camera plane,
 * weighted by how much they show. Where the cloud covers less than half of a pixel there is nothing.
 * @param cameras in the cloud's frame
 * @throws ShapeError unless width and height are whole pixels; the signal's reason when it aborts
 * @example
 * ```ts
 * import { streamDepths } from 'flashworld'
 * import { templatePath } from '@flashworld/camera'
 * import { openEngine, readScene } from 'flashworld/node'
 *
 * using engine = await openEngine({ backend: 'wasm' })
 * const { gaussians } = await readScene('house.spz')
 * const size = { width: 96, height: 64 }
 * const cameras = templatePath('dolly-forward', { count: 2, size })
 * for await (const { depth } of streamDepths(engine, gaussians, cameras, size))
 *   console.log(depth[depth.length / 2])
 * ```
 */
export async function* streamDepths(
  engine: Engine,
  gaussians: Gaussians,
  cameras: readonly Camera[],
  { width, height, signal }: ImageSize & Pick<RenderOptions, 'signal'>,
): AsyncGenerator<DepthMap, void, undefined> {
  const options = { width, height, background: white, ...(signal && { signal }) }
  for await (const pixels of streamPixels(engine, blackened(gaussians), cameras, options)) {
    const depth = new Float32Array(width * height)
    for (let i = 0; i < depth.length; i++) {
      // of a black cloud on white, red is the light that passes: 2 (1 - cover) - 1
      const cover = (1 - pixels[i * 4]!) / 2
      depth[i] = cover < 0.5 ? 0 : pixels[i * 4 + 3]! / cover
    }
    yield { width, height, depth }
  }
}

/** What the rasterizer makes of each camera, `[height, width, 4]`. */
async function* streamPixels(
  engine: Engine,
  gaussians: Gaussians,
  cameras: readonly Camera[],
  {
    width,
    height,
    background,
    signal,
  }: RenderOptions & Required<Pick<RenderOptions, 'background'>>,
): AsyncGenerator<Float32Array, void, undefined> {
  using work = engine.use('a render')
  const cloud = uploadCloud(work.engine, gaussians)
  for (const camera of cameras) {
    yield await work.engine.scope((engine) => {
      const view = uploadCamera(engine, camera, { width, height })
      const pixels = rasterize(engine, cloud, view, { width, height, background })
      return engine.read(pixels, { signal })
    })
  }
}

/**
 * How much each Gaussian shows, `[N]`: the sum of its weights over all pixels of all cameras. What
 * `keepMostImportant` takes.
 * @param cameras in the cloud's frame
 * @throws ShapeError unless width and height are whole pixels; EngineError `engine/busy`; the signal's reason
 * @example
 * ```ts
 * import { measureContributions } from 'flashworld'
 * import { templatePath } from '@flashworld/camera'
 * import { keepMostImportant } from '@flashworld/splats'
 * import { openEngine, readScene } from 'flashworld/node'
 *
 * using engine = await openEngine({ backend: 'wasm' })
 * const { gaussians } = await readScene('house.spz')
 * const size = { width: 96, height: 64 }
 * const cameras = templatePath('orbit-left', { count: 3, size })
 * const shown = await measureContributions(engine, gaussians, cameras, size)
 * const few = keepMostImportant(gaussians, shown, 1000)
 * ```
 */
export async function measureContributions(
  engine: Engine,
  gaussians: Gaussians,
  cameras: readonly Camera[],
  { width, height, signal }: ImageSize & Pick<RenderOptions, 'signal'>,
): Promise<Float32Array> {
  using work = engine.use('measuring contributions')
  const cloud = uploadCloud(work.engine, gaussians)
  const total = new Float64Array(gaussians.count)
  for (const camera of cameras) {
    const weights = await work.engine.scope((engine) => {
      const view = uploadCamera(engine, camera, { width, height })
      return engine.read(contributions(engine, cloud, view, { width, height }), { signal })
    })
    weights.forEach((weight, i) => (total[i]! += weight))
  }
  return Float32Array.from(total)
}

const uploadCloud = (engine: Engine, gaussians: Gaussians): Tensor =>
  engine.upload(toPacked(withTwoBands(gaussians)), [gaussians.count, PACKED_FLOATS])

/** One camera `[1, 11]` for pictures of a size. */
export const uploadCamera = (engine: Engine, camera: Camera, size: ImageSize): Tensor =>
  engine.upload(packCameras([reframe(camera, size)]), [1, CAMERA_FLOATS])

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

/** The cloud without light of its own. */
function blackened(gaussians: Gaussians): Gaussians {
  const sh = new Float32Array(gaussians.count * 3).fill(-0.5 / SH_C0)
  return { ...gaussians, sh, shDegree: 0 }
}
