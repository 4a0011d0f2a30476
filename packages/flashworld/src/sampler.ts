import type { Camera } from '@flashworld/camera'
import { CAMERA_FLOATS, packCameras, raymaps } from '@flashworld/camera'
import type { Tensor } from '@flashworld/engine'
import { blend, concat, gaussianSample, slice } from '@flashworld/engine'
import {
  encodeImages,
  latentStride,
  normalizeLatents,
  reconstruct,
  restoreLatents,
  ropeTables,
  textContext,
  tokenGrid,
  transform,
} from '@flashworld/models'
import { rasterize } from '@flashworld/raster'
import type { Draws } from './draws.ts'
import type { Stage } from './events.ts'
import type { Model } from './model.ts'
import { schedule } from './schedule.ts'

export interface SamplerInput {
  /** The text encoder's rows of the sentence, `[S, textWidth]`. */
  readonly embeds: Tensor
  /** One a frame, normalised. */
  readonly cameras: readonly Camera[]
  readonly height: number
  readonly width: number
  /** The photograph `[1, H, W, 3]` in [-1, 1] and the frame it is seen from. */
  readonly image?: { readonly pixels: Tensor; readonly index: number }
  readonly draws: Draws
}

/** What one step made. The tensors live until the observer returns. */
export interface StepResult {
  /** 1-based */
  readonly step: number
  /** Denoised latents of the frames, `[n, h, w, Z]`. */
  readonly latents2d: Tensor
  /** The renders of the scene, `[n, H, W, 4]`: rgb in [-1, 1], depth. */
  readonly render: Tensor
  /** Latents of those renders, `[n, h, w, Z]`. */
  readonly latents3d: Tensor
}

export interface SamplerObserver {
  /** After each piece of a stage's work: a turn for others, and the place to stop by throwing. */
  readonly onWork?: (stage: Stage, step: number, done: number, total: number) => Promise<void>
  /** After each step but the last, which makes no renders. */
  readonly onStep?: (result: StepResult) => Promise<void>
}

/** Pixels of one call of encoder or decoder: enough to fill a GPU, few enough for a CPU's progress and caches. */
const pixelsPerCall = { webgpu: 1_500_000, wasm: 50_000, reference: 50_000 }

/** What shines through where the scene ends, while sampling. */
const white = [1, 1, 1] as const

/**
 * Four steps of flow matching whose denoised latents pass through a 3D scene, and the scene of the last.
 * @returns Gaussians `[N, 38]`, f32
 * @throws ShapeError, EngineError; what the observer throws
 */
export function sample(
  model: Model,
  input: SamplerInput,
  observer: SamplerObserver = {},
): Promise<Tensor> {
  const { engine } = model
  return engine.scope(async () => {
    const run = await prepare(model, input, observer)
    const { latentShape, draws } = run
    let latents = engine.upload(await draws.noise(latentShape), latentShape)
    let features = engine.zeros(
      [...latentShape.slice(0, 3), model.transformer.config.features],
      engine.half,
    )
    let latents3d = engine.zeros(latentShape, engine.half)
    for (const [index, { sigma, timestep }] of schedule.entries()) {
      const step = index + 1
      const before = [latents, features, latents3d]
      const made = await engine.scope(() =>
        denoise(run, { latents, features, latents3d, sigma, timestep, step }),
      )
      before.forEach((x) => engine.release(x))
      const gaussians = await gaussiansOf(run, made.latents2d, made.features, step)
      if (step === schedule.length) return gaussians
      const rendered = await renderAndEncode(run, gaussians, step)
      engine.release(gaussians)
      await observer.onStep?.({ step, latents2d: made.latents2d, ...rendered })
      engine.release(made.latents2d)
      engine.release(rendered.render)
      features = made.features
      latents3d = rendered.latents3d
      latents = await engine.scope(async () => {
        const noise = engine.upload(await draws.noise(latentShape), latentShape)
        const next = schedule[step]!.sigma
        return blend(engine, noise, latents3d, { a: next, b: 1 - next })
      })
    }
    throw new Error('sample: the schedule has no last step')
  })
}

/** What stays the same over the steps. */
type Run = Awaited<ReturnType<typeof prepare>>

async function prepare(model: Model, input: SamplerInput, observer: SamplerObserver) {
  const { engine, transformer, vaeConfig } = model
  const { cameras, height, width, draws } = input
  const stride = latentStride(vaeConfig)
  const grid = { frames: cameras.length, height: height / stride, width: width / stride }
  const latentShape = [grid.frames, grid.height, grid.width, vaeConfig.latentChannels]
  const { frames, rows, columns } = tokenGrid(transformer.config, grid)
  return {
    model,
    input,
    observer,
    draws,
    latentShape,
    framesPerCall: Math.max(1, Math.floor(pixelsPerCall[engine.kind] / (height * width))),
    cameras: engine.upload(packCameras(cameras), [cameras.length, CAMERA_FLOATS]),
    raymap: engine.upload(
      raymaps(cameras, { rows: grid.height, cols: grid.width }),
      [grid.frames, grid.height, grid.width, 6],
      engine.half,
    ),
    rope: ropeTables(engine, transformer.config.headSize, { frames, rows, columns }),
    text: textContext(engine, transformer, input.embeds),
    condition: await conditionLatents(model, input, latentShape, observer),
  }
}

/** The photograph's latents at its frame, zeros elsewhere. */
async function conditionLatents(
  model: Model,
  { image, draws }: SamplerInput,
  latentShape: readonly number[],
  observer: SamplerObserver,
): Promise<Tensor> {
  const { engine } = model
  const [frames, ...rest] = latentShape as [number, number, number, number]
  if (!image) return engine.zeros(latentShape, engine.half)
  return engine.scope(async () => {
    const moments = await encodeImages(engine, model.vaeEncoder, image.pixels, {
      onFrames: (done, total) => observer.onWork?.('image', 0, done, total),
    })
    const latents = await sampleLatents(model, moments, draws)
    const zeros = (count: number) => (count > 0 ? [engine.zeros([count, ...rest])] : [])
    return concat(engine, [...zeros(image.index), latents, ...zeros(frames - image.index - 1)], 0)
  })
}

/** Draws from the encoder's posterior and brings it to the transformer's scale. */
async function sampleLatents(
  { engine, latents }: Model,
  moments: Tensor,
  draws: Draws,
): Promise<Tensor> {
  const shape = [...moments.shape.slice(0, -1), moments.shape.at(-1)! / 2]
  const noise = engine.upload(await draws.posterior(shape), shape)
  return normalizeLatents(engine, latents, gaussianSample(engine, moments, noise))
}

interface StepInput {
  readonly latents: Tensor
  readonly features: Tensor
  readonly latents3d: Tensor
  readonly sigma: number
  readonly timestep: number
  readonly step: number
}

/** The transformer's features, and its estimate of the latents without noise: x - sigma * velocity. */
async function denoise(run: Run, { sigma, step, ...input }: StepInput) {
  const { model, observer, raymap, rope, text, condition } = run
  const { engine } = model
  const { velocity, features } = await engine.time('transformer', () =>
    transform(
      engine,
      model.transformer,
      { ...input, raymap, rope, text, condition },
      { onBlock: (done, total) => observer.onWork?.('transformer', step, done, total) },
    ),
  )
  return { features, latents2d: blend(engine, input.latents, velocity, { a: 1, b: -sigma }) }
}

function gaussiansOf(run: Run, latents2d: Tensor, features: Tensor, step: number): Promise<Tensor> {
  const { model, observer, cameras, framesPerCall } = run
  const { engine } = model
  return engine.time('decoder', () =>
    engine.scope(() =>
      reconstruct(
        engine,
        model.reconDecoder,
        { latents: restoreLatents(engine, model.latents, latents2d), features, cameras },
        {
          framesPerCall,
          onFrames: (done, total) => observer.onWork?.('decoder', step, done, total),
        },
      ),
    ),
  )
}

/** The scene seen by all cameras, and the latents of what they see. */
function renderAndEncode(run: Run, gaussians: Tensor, step: number) {
  const { model, input, observer, cameras, framesPerCall, draws } = run
  const { engine } = model
  const { height, width } = input
  return engine.scope(async () => {
    const render = await engine.time('render', async () => {
      const views = rasterize(engine, gaussians, cameras, { height, width, background: white })
      await observer.onWork?.('render', step, 1, 1)
      return views
    })
    const latents3d = await engine.time('encoder', () =>
      engine.scope(async () => {
        const moments = await encodeImages(
          engine,
          model.vaeEncoder,
          slice(engine, render, -1, 0, 3),
          {
            framesPerCall,
            onFrames: (done, total) => observer.onWork?.('encoder', step, done, total),
          },
        )
        return sampleLatents(model, moments, draws)
      }),
    )
    return { render, latents3d }
  })
}
