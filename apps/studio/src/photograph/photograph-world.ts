import type { ImageSize } from '@flashworld/camera'
import { camerasToJson, lensFromFov, templatePath } from '@flashworld/camera'
import type { SceneRequest } from 'flashworld/client'
import { drawPhotograph } from '../generation/photograph-file.ts'
import type { View } from '../path/path.ts'
import type { Photograph } from '../project/project.ts'
import type { World } from '../viewport/viewport.ts'
import type { Workshop } from '../workshop/workshop.ts'
import { blockOutInWorker } from './in-worker.ts'

/** Frames, and the sizes that the embedded model was trained on. */
const FRAMES = 4
const SIZES = { landscape: { width: 192, height: 128 }, square: { width: 160, height: 160 } }
/** A little way around, by which the model tells near from far. */
const PATH = 'orbit-left:12'
/** The longer side of what is painted: a Gaussian a pixel. */
const PAINTED_SIDE = 480

/** The small size that is of about the shape of a large one. */
export function coarseSize({ width, height }: ImageSize): ImageSize {
  const { landscape, square } = SIZES
  if (width > height * 1.2) return landscape
  return height > width * 1.2 ? { width: landscape.height, height: landscape.width } : square
}

/** What the server is asked for, without the photograph. */
export function guessRequest(size: ImageSize, fovDegrees: number): SceneRequest {
  const { width, height } = coarseSize(size)
  const cameras = templatePath(PATH, { count: FRAMES, size: { width, height }, fovDegrees })
  return {
    cameras: camerasToJson(cameras),
    resolution: [FRAMES, height, width],
    imageIndex: 0,
    seed: 1,
  }
}

export interface BlockOutOptions {
  readonly workshop: Workshop
  readonly photograph: Photograph
  /** What the frame of the photograph sees. */
  readonly view: View
  /** Of the pictures that are made. */
  readonly size: ImageSize
  readonly signal: AbortSignal
  /** Hears how much is done, 0 to 1. */
  readonly onProgress: (share: number) => void
}

/** Of all the time, what the server needs. */
const SERVER_SHARE = 0.7

/**
 * A world to plan in from a photograph: a coarse one by the server's model, painted with the photograph's own pixels.
 * @throws ServerAnswerError, Error; the signal's reason when it aborts
 */
export async function blockOutPhotograph(options: BlockOutOptions): Promise<World> {
  const { photograph, view, size, signal, onProgress } = options
  const guess = await guessWorld(options)
  onProgress(SERVER_SHARE)
  const scale = PAINTED_SIDE / Math.max(size.width, size.height)
  const painted = { width: Math.round(size.width * scale), height: Math.round(size.height * scale) }
  const canvas = await drawPhotograph(photograph, painted)
  const { data: rgba } = canvas.getContext('2d')!.getImageData(0, 0, painted.width, painted.height)
  const lens = lensFromFov(painted, view.fovDegrees)
  const file = await blockOutInWorker({ picture: { ...painted, rgba }, lens, guess }, signal)
  onProgress(1)
  const { position, rotation } = view
  return { id: crypto.randomUUID(), file, name: 'block-out.ply', pose: { position, rotation } }
}

/** The model's coarse world, a PLY in the frame of the photograph's camera. */
async function guessWorld({
  workshop,
  photograph,
  view,
  size,
  signal,
  onProgress,
}: BlockOutOptions): Promise<Blob> {
  const small = coarseSize(size)
  const part = await drawPhotograph(photograph, {
    width: small.width * 2,
    height: small.height * 2,
  })
  const image = await part.convertToBlob({ type: 'image/png' })
  const request = { ...guessRequest(size, view.fovDegrees), image }
  const { id } = await workshop.scenes.create(request, { signal })
  try {
    for await (const event of workshop.events(id, { signal })) {
      if (event.type === 'progress') onProgress(event.fraction * SERVER_SHARE)
      if (event.type === 'failed') throw new Error(event.message)
      if (event.type === 'cancelled') throw new Error('the server cancelled the scene')
    }
    return await (await workshop.scenes.file(id, 'scene.ply', { signal })).blob()
  } finally {
    // nobody asked for this scene by itself; one that is left is only a file more
    await (signal.aborted ? workshop.scenes.cancel(id) : workshop.scenes.remove(id)).catch(() => {})
  }
}
