import { centerCrop, normalizeCameras } from '@flashworld/camera'
import type { Engine, Tensor } from '@flashworld/engine'
import { concat, EngineError, slice } from '@flashworld/engine'
import { encodeText } from '@flashworld/models'
import { renderToRgba8 } from '@flashworld/raster'
import { PACKED_COLUMNS } from '@flashworld/splats'
import { fromBase64 } from './bytes.ts'
import { channel } from './channel.ts'
import { seededDraws } from './draws.ts'
import { FlashWorldError } from './errors.ts'
import type { GenerateEvent, Picture, Stage } from './events.ts'
import type { ImageDecoder } from './image.ts'
import { signedPixels } from './image.ts'
import { keepPicture } from './keep-picture.ts'
import { keepsPicture } from './known-models.ts'
import type { Model } from './model.ts'
import type { CheckedRequest } from './request.ts'
import type { Check } from './sampler.ts'
import { sample } from './sampler.ts'
import type { Scene } from './scene.ts'
import type { SceneMemory } from './scene-memory.ts'
import { sceneMemory } from './scene-memory.ts'
import { schedule } from './schedule.ts'
import { fractionDone } from './stages.ts'

/**
 * Turns one checked request into a scene, telling its progress. It has the engine from the first event to the last.
 * Where the device has no memory left, what it keeps for later is given up and the scene is begun once more.
 * @throws FlashWorldError `scene/not-finite`; EngineError `engine/busy`; what any package below throws
 */
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
  listener: Listener,
) {
  const start = performance.now()
  const make = () => makeScene(model, images, request, listener)
  const { scene, timings } = await make().catch((error: unknown) => {
    if (!(error instanceof EngineError) || error.code !== 'engine/out-of-memory') throw error
    model.engine.trim() // what earlier work left may be all that is in the way
    return make()
  })
  const seconds = (performance.now() - start) / 1000
  // the engine is free again: whoever hears of the scene may render it at once
  listener.emit({ type: 'scene', scene })
  listener.emit({ type: 'done', timings, seconds, peakBytes: model.engine.memory.peakBytes })
}

async function makeScene(
  model: Model,
  images: ImageDecoder,
  request: CheckedRequest,
  { emit, signal }: Listener,
) {
  const { resolution, seed, prompt, imageIndex } = request
  const [, height, width] = resolution
  using work = model.engine.use('a generation')
  const { engine } = work
  await engine.timings({ signal }) // what an earlier generation left
  emit({ type: 'started', seed, steps: schedule.length, resolution, warnings: request.warnings })

  let memory: SceneMemory | undefined
  const reads: Promise<unknown>[] = []
  const onWork = async (stage: Stage, step: number, done: number, total: number) => {
    emit({ type: 'progress', stage, step, fraction: fractionDone(stage, step, done / total) })
    memory?.prepare()
    await engine.pace({ signal })
  }

  const picture = await pictureOf(request, images)
  const path = request.cameras
  const { cameras, frame } = normalizeCameras(path)
  const embeds = await engine.time('text', () =>
    encodeText(engine, model.textEncoder, model.tokenize(prompt), {
      onBlock: (done, total) => onWork('text', 0, done, total),
    }),
  )
  const { checks } = await sample(
    engine,
    model,
    {
      embeds,
      cameras,
      height,
      width,
      ...(picture && {
        image: { pixels: engine.upload(picture, [1, height, width, 3]), index: imageIndex },
      }),
      draws: seededDraws(seed),
    },
    {
      onWork,
      onGaussians({ step, gaussians, first, total }) {
        memory ??= sceneMemory(total)
        if (step === schedule.length)
          reads.push(readPart(engine, gaussians, { memory, first, signal }))
      },
      onStep: async ({ step, render, checks }) => {
        const preview = await engine.scope(async (engine) => {
          const frame = slice(engine, render, 0, imageIndex, imageIndex + 1)
          return previewOf(frame, await readChecked(engine, frame, { checks, signal }))
        })
        emit({ type: 'step', step, preview })
      },
    },
  )
  await Promise.all([lookAt(engine, { checks, signal }), ...reads])
  const gaussians = memory!.take()
  if (picture && keepsPicture(model.transformer.config)) {
    const camera = cameras[imageIndex]!
    const seen = { pixels: picture, camera, height, width }
    await engine.time('picture', () => keepPicture(engine, gaussians, seen, signal))
  }
  const scene: Scene = {
    gaussians,
    cameras,
    frame,
    path,
    seed,
    prompt,
    resolution,
  }
  return { scene, timings: await engine.timings({ signal }) }
}

/** What a scene is made from, in its own size, `[height, width, 3]`; nothing where there is a sentence only. */
async function pictureOf({ image, resolution }: CheckedRequest, images: ImageDecoder) {
  if (!image) return undefined
  const photograph = await images.open(fromBase64(image.base64))
  const [, height, width] = resolution
  const size = { height, width }
  return signedPixels(await photograph.resized(centerCrop(photograph, size), size))
}

/** One frame of a render `[1, H, W, 4]` as a picture. */
function previewOf({ shape }: Tensor, pixels: Float32Array): Picture {
  const [, height, width] = shape as [number, number, number, number]
  return { width, height, rgba: renderToRgba8(pixels) }
}

interface Checking {
  readonly checks: readonly Check[]
  readonly signal: AbortSignal
}

/** Reads a tensor and, beside it, whether the stages before it made numbers. */
async function readChecked(engine: Engine, x: Tensor, { checks, signal }: Checking) {
  const [values] = await Promise.all([
    engine.read(x, { signal }),
    lookAt(engine, { checks, signal }),
  ])
  return values
}

/** @throws FlashWorldError `scene/not-finite` when a stage made something else than numbers */
async function lookAt(engine: Engine, { checks, signal }: Checking) {
  const found = await engine.scope((engine) => {
    const flags = checks.map(({ notFinite }) => notFinite)
    return engine.read(concat(engine, flags, 0), { signal })
  })
  const first = checks.find((_, i) => found[i] !== 0)
  if (first) throw notFiniteError(first)
}

interface Reading {
  readonly memory: SceneMemory
  /** Where the Gaussians stand among all. */
  readonly first: number
  readonly signal: AbortSignal
}

const parts = ['positions', 'opacities', 'scales', 'rotations', 'sh'] as const

/** Reads some Gaussians, each attribute by itself, as scenes hold them: taken apart on the device, which is quicker at it. */
function readPart(engine: Engine, packed: Tensor, { memory, first, signal }: Reading) {
  const gaussians = memory.take()
  const read = engine.scope((engine) =>
    parts.map((part) => {
      const [from, to] = PACKED_COLUMNS[part]
      const columns = slice(engine, packed, -1, from, to)
      const width = to - from
      const end = first + packed.shape[0]!
      const into = gaussians[part].subarray(first * width, end * width)
      return engine.read(columns, { into, signal })
    }),
  )
  const done = Promise.all(read)
  done.catch(() => {}) // seen at the end, unless something fails before
  return done
}

function notFiniteError({ stage, step }: Pick<Check, 'stage' | 'step'>) {
  const when = step > 0 ? ` of step ${step}` : ''
  return new FlashWorldError(
    'scene/not-finite',
    `generate: expected numbers from the ${stage}${when}, got NaN or infinity; f32 instead of f16 may help`,
  )
}
