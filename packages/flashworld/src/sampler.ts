import type { Camera } from '@flashworld/camera'
import { CAMERA_FLOATS, packCameras, raymaps } from '@flashworld/camera'
import type { Engine, Tensor } from '@flashworld/engine'
import { blend, concat, gaussianSample, notFinite, reshape, slice } from '@flashworld/engine'
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
import { white } from './render-views.ts'
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

/** Whether a stage made a number that is infinite or none. */
export interface Check {
  readonly stage: Stage
  /** 1-based; 0 before the first step. */
  readonly step: number
  /** `[1]`: 0 when all is finite, else 1. */
  readonly notFinite: Tensor
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
  /** Of every stage since the last result, in their order. */
  readonly checks: readonly Check[]
}

export interface Sampled {
  /** `[N, 38]`, f32 */
  readonly gaussians: Tensor
  /** Of the stages of the last step. */
  readonly checks: readonly Check[]
}

/** Gaussians of one step as they come. */
export interface GaussianPiece {
  /** 1-based */
  readonly step: number
  /** `[n, 38]`, f32 */
  readonly gaussians: Tensor
  /** How many came before, and how many there will be. */
  readonly first: number
  readonly total: number
}

export interface SamplerObserver {
  /** Some frames' Gaussians, which live until this returns. */
  readonly onGaussians?: (piece: GaussianPiece) => void
  /** After each piece of a stage's work: a turn for others, and the place to stop by throwing. */
  readonly onWork?: (stage: Stage, step: number, done: number, total: number) => Promise<void>
  /** After each step but the last, which makes no renders. */
  readonly onStep?: (result: StepResult) => Promise<void>
}

/**
 * Four steps of flow matching whose denoised latents pass through a 3D scene, and the scene of the last.
 *
 * Clamps on the way (of variances, of what is drawn) turn a NaN into a number, so each stage's result is looked at.
 * @param engine that the model is on
 * @throws ShapeError, EngineError; what the observer throws
 */
export function sample(
  engine: Engine,
  model: Model,
  input: SamplerInput,
  observer: SamplerObserver = {},
): Promise<Sampled> {
  return engine.scope(async (engine) => {
    const run = await prepare(engine, model, input, observer)
    const { latentShape, draws } = run
    let checks = run.checks
    let latents = draws.noise(engine, latentShape)
    let features = engine.zeros(
      [...latentShape.slice(0, 3), model.transformer.config.features],
      engine.half,
    )
    let latents3d = engine.zeros(latentShape, engine.half)
    for (const [index, { sigma, timestep }] of schedule.entries()) {
      const step = index + 1
      const before = [latents, features, latents3d]
      const isLast = step === schedule.length
      const made = await engine.scope((engine) =>
        denoise(engine, run, { latents, features, latents3d, sigma, timestep, step }),
      )
      before.forEach((x) => engine.release(x))
      checks = [...checks, ...made.checks]
      const gaussians = await gaussiansOf(engine, run, made, step)
      checks = [...checks, checkOf(engine, { stage: 'decoder', step }, gaussians)]
      if (isLast) return { gaussians, checks }
      const { render, ...encoded } = await renderAndEncode(engine, run, gaussians, step)
      engine.release(gaussians)
      checks = [...checks, ...encoded.checks]
      const { latents2d } = made
      await observer.onStep?.({
        step,
        latents2d,
        render,
        latents3d: encoded.latents3d,
        checks,
      })
      engine.release([latents2d, render, checks])
      checks = []
      features = made.features
      latents3d = encoded.latents3d
      latents = engine.scope((engine) => {
        const noise = draws.noise(engine, latentShape)
        const next = schedule[step]!.sigma
        return blend(engine, noise, latents3d, { a: next, b: 1 - next })
      })
    }
    throw new Error('sample: the schedule has no last step')
  })
}

/** What stays the same over the steps. */
type Run = Awaited<ReturnType<typeof prepare>>

async function prepare(
  engine: Engine,
  model: Model,
  input: SamplerInput,
  observer: SamplerObserver,
) {
  const { transformer, vaeConfig } = model
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
    framesPerCall: Math.max(1, Math.floor(model.plan.pixelsPerCall / (height * width))),
    cameras: engine.upload(packCameras(cameras), [cameras.length, CAMERA_FLOATS]),
    raymap: engine.upload(
      raymaps(cameras, { rows: grid.height, cols: grid.width }),
      [grid.frames, grid.height, grid.width, 6],
      engine.half,
    ),
    rope: ropeTables(engine, transformer.config.headSize, { frames, rows, columns }),
    text: textContext(engine, transformer, input.embeds),
    ...(await conditionLatents(engine, model, { input, latentShape, observer })),
  }
}

/** What the text encoder and, for a photograph, the image encoder made. */
interface Condition {
  /** The photograph's latents at its frame, zeros elsewhere. */
  readonly condition: Tensor
  readonly checks: readonly Check[]
}

async function conditionLatents(
  engine: Engine,
  model: Model,
  {
    input: { embeds, image, draws },
    latentShape,
    observer,
  }: {
    input: SamplerInput
    latentShape: readonly number[]
    observer: SamplerObserver
  },
): Promise<Condition> {
  const [frames, ...rest] = latentShape as [number, number, number, number]
  const text = checkOf(engine, { stage: 'text', step: 0 }, embeds)
  if (!image) return { condition: engine.zeros(latentShape, engine.half), checks: [text] }
  return engine.scope(async (engine) => {
    const moments = await encodeImages(engine, model.vaeEncoder, image.pixels, {
      onFrames: (done, total) => observer.onWork?.('image', 0, done, total),
    })
    const latents = sampleLatents(engine, model, moments, draws)
    const zeros = (count: number) => (count > 0 ? [engine.zeros([count, ...rest])] : [])
    const all = [...zeros(image.index), latents, ...zeros(frames - image.index - 1)]
    return {
      condition: concat(engine, all, 0),
      checks: [text, checkOf(engine, { stage: 'image', step: 0 }, moments)],
    }
  })
}

/** Draws from the encoder's posterior and brings it to the transformer's scale. */
function sampleLatents(engine: Engine, { latents }: Model, moments: Tensor, draws: Draws): Tensor {
  return engine.scope((engine) => {
    const shape = [...moments.shape.slice(0, -1), moments.shape.at(-1)! / 2]
    const noise = draws.posterior(engine, shape)
    return normalizeLatents(engine, latents, gaussianSample(engine, moments, noise))
  })
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
async function denoise(engine: Engine, run: Run, { sigma, step, ...input }: StepInput) {
  const { model, observer, raymap, rope, text, condition } = run
  const { velocity, features } = await engine.time('transformer', () =>
    transform(
      engine,
      model.transformer,
      { ...input, raymap, rope, text, condition },
      { onBlock: (done, total) => observer.onWork?.('transformer', step, done, total) },
    ),
  )
  const latents2d = blend(engine, input.latents, velocity, { a: 1, b: -sigma })
  const at = { stage: 'transformer', step } as const
  const checks = [latents2d, features].map((x) => checkOf(engine, at, x))
  return { features, latents2d, checks }
}

function gaussiansOf(
  engine: Engine,
  run: Run,
  { latents2d, features }: { latents2d: Tensor; features: Tensor },
  step: number,
): Promise<Tensor> {
  const { model, observer, cameras, framesPerCall } = run
  return engine.time('decoder', () =>
    engine.scope((engine) =>
      reconstruct(
        engine,
        model.reconDecoder,
        { latents: restoreLatents(engine, model.latents, latents2d), features, cameras },
        {
          framesPerCall,
          onFrames: (done, total, made) => {
            const frames = made.shape[0]!
            const gaussians = reshape(made, [-1, made.shape.at(-1)!])
            const each = gaussians.shape[0]! / frames
            const [first, all] = [(done - frames) * each, total * each]
            observer.onGaussians?.({ step, gaussians, first, total: all })
            return observer.onWork?.('decoder', step, done, total)
          },
        },
      ),
    ),
  )
}

/** The scene seen by all cameras, and the latents of what they see. */
function renderAndEncode(engine: Engine, run: Run, gaussians: Tensor, step: number) {
  const { model, input, observer, draws, cameras, framesPerCall } = run
  const { height, width } = input
  return engine.scope(async (engine) => {
    const render = await engine.time('render', async () => {
      const views = rasterize(engine, gaussians, cameras, { height, width, background: white })
      await observer.onWork?.('render', step, 1, 1)
      return views
    })
    const encoded = await engine.time('encoder', () =>
      engine.scope(async (engine) => {
        const moments = await encodeImages(
          engine,
          model.vaeEncoder,
          slice(engine, render, -1, 0, 3),
          {
            framesPerCall,
            onFrames: (done, total) => observer.onWork?.('encoder', step, done, total),
          },
        )
        return {
          latents3d: sampleLatents(engine, model, moments, draws),
          check: checkOf(engine, { stage: 'encoder', step }, moments),
        }
      }),
    )
    const checks = [checkOf(engine, { stage: 'render', step }, render), encoded.check]
    return { render, latents3d: encoded.latents3d, checks }
  })
}

const checkOf = (engine: Engine, at: Pick<Check, 'stage' | 'step'>, x: Tensor): Check => ({
  ...at,
  notFinite: notFinite(engine, x),
})
