import { centerCrop, normalizeCameras } from '@flashworld/camera'
import type { Engine, Tensor } from '@flashworld/engine'
import { slice } from '@flashworld/engine'
import { renderToRgba8 } from '@flashworld/raster'
import { fromPacked, PACKED_FLOATS } from '@flashworld/splats'
import { fromBase64 } from './bytes.ts'
import { channel } from './channel.ts'
import { seededDraws } from './draws.ts'
import { FlashWorldError } from './errors.ts'
import type { GenerateEvent, Picture, Stage } from './events.ts'
import type { ImageDecoder, Photograph } from './image.ts'
import { signedPixels } from './image.ts'
import type { Model } from './model.ts'
import type { CheckedRequest } from './request.ts'
import { sample } from './sampler.ts'
import type { Scene } from './scene.ts'
import { schedule } from './schedule.ts'
import { fractionDone } from './stages.ts'

/** Turns one checked request into a scene, telling its progress. @throws what any package below throws */
export function generate(
  model: Model,
  images: ImageDecoder,
  request: CheckedRequest,
  signal?: AbortSignal,
): AsyncGenerator<GenerateEvent, void, undefined> {
  return channel((emit, inner) => run(model, images, request, { emit, signal: inner }), signal)
}

interface Listener {
  readonly emit: (event: GenerateEvent) => void
  readonly signal: AbortSignal
}

async function run(
  model: Model,
  images: ImageDecoder,
  request: CheckedRequest,
  { emit, signal }: Listener,
) {
  const { engine } = model
  const { resolution, seed, prompt } = request
  const start = performance.now()
  await engine.timings() // what an earlier generation left
  emit({ type: 'started', seed, steps: schedule.length, resolution, warnings: request.warnings })

  const onWork = async (stage: Stage, step: number, done: number, total: number) => {
    emit({ type: 'progress', stage, step, fraction: fractionDone(stage, step, done / total) })
    await engine.settle()
    signal.throwIfAborted()
  }

  await engine.scope(async () => {
    const photograph = request.image && (await images.open(fromBase64(request.image.base64)))
    const path = request.cameras
    const { cameras, frame } = normalizeCameras(path)
    const embeds = await engine.time('text', () => model.encodeText(model.tokenize(prompt)))
    await onWork('text', 0, 1, 1)
    const gaussians = await sample(
      model,
      {
        embeds,
        cameras,
        height: resolution[1],
        width: resolution[2],
        ...(photograph && { image: await conditionImage(engine, request, photograph) }),
        draws: seededDraws(seed),
      },
      {
        onWork,
        onStep: async ({ step, render }) =>
          emit({
            type: 'step',
            step,
            preview: await pictureOf(engine, render, request.imageIndex),
          }),
      },
    )
    const packed = await engine.read(gaussians)
    checkFinite(packed)
    const scene: Scene = {
      gaussians: fromPacked(packed),
      cameras,
      frame,
      path,
      seed,
      prompt,
      resolution,
    }
    emit({ type: 'scene', scene })
  })
  const seconds = (performance.now() - start) / 1000
  emit({
    type: 'done',
    timings: await engine.timings(),
    seconds,
    peakBytes: engine.memory.peakBytes,
  })
}

async function conditionImage(
  engine: Engine,
  { resolution, imageIndex }: CheckedRequest,
  photograph: Photograph,
) {
  const [, height, width] = resolution
  const size = { height, width }
  const rgb = await photograph.resized(centerCrop(photograph, size), size)
  return { pixels: engine.upload(signedPixels(rgb), [1, height, width, 3]), index: imageIndex }
}

/** One frame of a render `[n, H, W, 4]` as a picture. */
async function pictureOf(engine: Engine, render: Tensor, frame: number): Promise<Picture> {
  const [, height, width] = render.shape as [number, number, number, number]
  const pixels = await engine.scope(() => engine.read(slice(engine, render, 0, frame, frame + 1)))
  return { width, height, rgba: renderToRgba8(pixels) }
}

/** A scene with NaN in it must never be published. */
function checkFinite(packed: Float32Array) {
  let at = 0
  while (at < packed.length && Math.abs(packed[at]!) < Infinity) at++
  if (at === packed.length) return
  throw new FlashWorldError(
    'scene/not-finite',
    `generate: the scene has ${packed[at]} in Gaussian ${Math.floor(at / PACKED_FLOATS)}; on a GPU try --precision f32`,
  )
}
