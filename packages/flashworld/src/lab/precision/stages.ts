/**
 * A scene stage by stage, each from numbers on the host: recorded once in f32, then computed again from the same inputs in
 * another precision. What differs is that stage's own error, not what earlier ones passed on.
 */
import type { Camera } from '@flashworld/camera'
import { CAMERA_FLOATS, packCameras, raymaps } from '@flashworld/camera'
import type { Engine, HostArray, Tensor } from '@flashworld/engine'
import { createNoise, elementCount, slice } from '@flashworld/engine'
import {
  encodeImages,
  encodeText,
  latentStride,
  reconstruct,
  ropeTables,
  textContext,
  tokenGrid,
  transform,
} from '@flashworld/models'
import { rasterize } from '@flashworld/raster'
import type { Model } from '../../model.ts'
import { schedule } from '../../schedule.ts'

/** What is generated, over and over. */
export interface StagedScene {
  readonly prompt: string
  /** One a frame, normalised. */
  readonly cameras: readonly Camera[]
  readonly height: number
  readonly width: number
  /** The photograph `[1, H, W, 3]` in [-1, 1], seen from the first frame. */
  readonly photograph: HostArray
  readonly seed: number
}

type Arrays = Readonly<Record<string, HostArray>>

const kinds = { text, image, transformer, decoder, encoder }

/** One stage with what it was made of and what it made. */
export interface RecordedStage {
  readonly kind: keyof typeof kinds
  /** 1-based; 0 before the first step. */
  readonly step: number
  readonly inputs: Arrays
  readonly outputs: Arrays
}

/**
 * Computes a recorded stage again.
 * @example
 * ```ts
 * import { normalizeCameras, templatePath } from '@flashworld/camera'
 * import { embeddedModel, folderSource, openEngine } from 'flashworld/node'
 * import { computeStage, loadModel, recordStages } from 'flashworld/lab'
 *
 * using engine = await openEngine({ backend: 'wasm' })
 * using model = await loadModel({ engine, source: folderSource(embeddedModel()) })
 * const [height, width] = [64, 64]
 * const path = templatePath('orbit-left', { count: 8, size: { width, height } })
 * const photograph = { shape: [1, height, width, 3], values: new Float32Array(height * width * 3) }
 * const scene = { prompt: 'a house', ...normalizeCameras(path), height, width, photograph, seed: 1 }
 * for await (const stage of recordStages(model, scene)) {
 *   const again = await computeStage(model, scene, stage)
 *   console.log(stage.kind, Object.keys(again))
 *   break
 * }
 * ```
 */
export const computeStage = (
  model: Model,
  scene: StagedScene,
  { kind, step, inputs }: Pick<RecordedStage, 'kind' | 'step' | 'inputs'>,
): Promise<Arrays> =>
  model.engine.scope(async (engine) => {
    const made = await kinds[kind](engine, model, scene, inputs, step)
    const read = async ([name, x]: [string, Tensor]) =>
      [name, { shape: x.shape, values: await engine.read(x) }] as const
    return Object.fromEntries(await Promise.all(Object.entries(made).map(read)))
  })

/**
 * Makes a scene and records its stages in their order.
 * @example
 * ```ts
 * import { normalizeCameras, templatePath } from '@flashworld/camera'
 * import { embeddedModel, folderSource, openEngine } from 'flashworld/node'
 * import { loadModel, recordStages } from 'flashworld/lab'
 *
 * using engine = await openEngine({ backend: 'wasm' })
 * using model = await loadModel({ engine, source: folderSource(embeddedModel()) })
 * const [height, width] = [64, 64]
 * const path = templatePath('orbit-left', { count: 8, size: { width, height } })
 * const photograph = { shape: [1, height, width, 3], values: new Float32Array(height * width * 3) }
 * const scene = { prompt: 'a house', ...normalizeCameras(path), height, width, photograph, seed: 1 }
 * for await (const { kind, step, outputs } of recordStages(model, scene))
 *   console.log(kind, step, Object.keys(outputs))
 * ```
 */
export async function* recordStages(
  model: Model,
  scene: StagedScene,
): AsyncGenerator<RecordedStage> {
  const noise = createNoise(scene.seed)
  const { latentMean: mean, latentStd: std } = model.vaeConfig
  const z = mean.length
  const { features: f } = model.transformer.config
  const stride = latentStride(model.vaeConfig)
  const grid = [scene.cameras.length, scene.height / stride, scene.width / stride]
  const of = (channels: number, values?: Float32Array): HostArray => {
    const shape = [...grid, channels]
    return { shape, values: values ?? new Float32Array(elementCount(shape)) }
  }
  const stage = async (kind: RecordedStage['kind'], step: number, inputs: Arrays) => ({
    kind,
    step,
    inputs,
    outputs: await computeStage(model, scene, { kind, step, inputs }),
  })
  const text = await stage('text', 0, {})
  yield text
  const image = await stage('image', 0, { images: scene.photograph })
  yield image
  const condition = of(z)
  condition.values.set(normalizedMeans(image.outputs.moments!, { mean, std }))
  let [latents, features, latents3d] = [
    of(z, noise.normal(elementCount(of(z).shape))),
    of(f),
    of(z),
  ]
  for (const [index, { sigma }] of schedule.entries()) {
    const step = index + 1
    const { embeds } = text.outputs
    const inputs = { embeds: embeds!, latents, condition, features, latents3d }
    const moved = await stage('transformer', step, inputs)
    yield moved
    const { velocity } = moved.outputs
    features = moved.outputs.features!
    const clean = latents.values.map(
      (v, i) => (v - sigma * velocity!.values[i]!) * std[i % z]! + mean[i % z]!,
    )
    const decoded = await stage('decoder', step, { latents: of(z, clean), features })
    yield decoded
    if (step === schedule.length) return
    const encoded = await stage('encoder', step, { images: decoded.outputs.views! })
    yield encoded
    latents3d = of(z, normalizedMeans(encoded.outputs.moments!, { mean, std }))
    const next = schedule[step]!.sigma
    const draw = noise.normal(latents3d.values.length)
    latents = of(
      z,
      draw.map((v, i) => next * v + (1 - next) * latents3d.values[i]!),
    )
  }
}

/** The means of moments `[…, 2Z]`, at the transformer's scale. */
function normalizedMeans(
  { values }: HostArray,
  { mean, std }: { mean: readonly number[]; std: readonly number[] },
): Float32Array {
  const z = mean.length
  return Float32Array.from({ length: values.length / 2 }, (_, i) => {
    const channel = i % z
    return (values[Math.floor(i / z) * 2 * z + channel]! - mean[channel]!) / std[channel]!
  })
}

const up = (engine: Engine, { values, shape }: HostArray) => engine.upload(values, shape)

async function text(engine: Engine, model: Model, { prompt }: StagedScene) {
  return { embeds: await encodeText(engine, model.textEncoder, model.tokenize(prompt)) }
}

async function image(engine: Engine, model: Model, _scene: StagedScene, { images }: Arrays) {
  return { moments: await encodeImages(engine, model.vaeEncoder, up(engine, images!)) }
}

async function transformer(
  engine: Engine,
  { transformer, vaeConfig }: Model,
  { cameras, height, width }: StagedScene,
  { embeds, latents, condition, features, latents3d }: Arrays,
  step: number,
) {
  const stride = latentStride(vaeConfig)
  const [rows, cols] = [height / stride, width / stride]
  const rays = raymaps(cameras, { rows, cols })
  const grid = tokenGrid(transformer.config, {
    frames: cameras.length,
    height: rows,
    width: cols,
  })
  const { velocity, features: made } = await transform(
    engine,
    transformer,
    {
      latents: up(engine, latents!),
      raymap: engine.upload(rays, [cameras.length, rows, cols, 6], engine.half),
      condition: up(engine, condition!),
      features: engine.upload(features!.values, features!.shape, engine.half),
      latents3d: up(engine, latents3d!),
      timestep: schedule[step - 1]!.timestep,
      text: textContext(engine, transformer, up(engine, embeds!)),
      rope: ropeTables(engine, transformer.config.headSize, grid),
    },
    { onBlock: () => engine.pace() },
  )
  return { velocity, features: made }
}

/** The Gaussians, and what all cameras see of them. */
async function decoder(
  engine: Engine,
  { reconDecoder }: Model,
  { cameras, height, width }: StagedScene,
  { latents, features }: Arrays,
) {
  const views = engine.upload(packCameras(cameras), [cameras.length, CAMERA_FLOATS])
  const gaussians = await reconstruct(
    engine,
    reconDecoder,
    {
      latents: up(engine, latents!),
      features: engine.upload(features!.values, features!.shape, engine.half),
      cameras: views,
    },
    { framesPerCall: 1, onFrames: () => engine.pace() },
  )
  const drawn = rasterize(engine, gaussians, views, { height, width, background: [1, 1, 1] })
  return { gaussians, views: slice(engine, drawn, -1, 0, 3) }
}

async function encoder(engine: Engine, model: Model, _scene: StagedScene, { images }: Arrays) {
  const moments = await encodeImages(engine, model.vaeEncoder, up(engine, images!), {
    framesPerCall: 1,
    onFrames: () => engine.pace(),
  })
  return { moments }
}
