import type { ImageSize } from '@flashworld/camera'
import type { WanTransformerConfig, WeightSource } from '@flashworld/models'
import { readJson, wanTransformerConfig } from '@flashworld/models'
import { schedule } from './schedule.ts'

/** Frames of a scene, and the height and width of their pictures, pixels. */
export type Resolution = readonly [frames: number, height: number, width: number]

/** What requests are checked against: what is known of a model before its weights are loaded. */
export interface RequestDefaults {
  /** What requests and records call the model. */
  readonly model: string
  readonly resolution: Resolution
  readonly path: string
  readonly lookDown: number
  readonly trained: TrainedOn
  /** Floating-point operations of a scene, about: in proportion to its pixels, and to their square for attention. */
  readonly work: { readonly perPixel: number; readonly perPixelSquared: number }
}

/** The scenes that a model was trained on. */
export interface TrainedOn {
  readonly frames: readonly [least: number, most: number]
  readonly sizes: readonly ImageSize[]
}

/** Models below this many channels were trained on small pictures, and on worlds that the first camera looks down on. */
const smallWidth = 1024

const small = {
  resolution: [12, 128, 192],
  path: 'orbit-left',
  lookDown: 12,
  trained: {
    frames: [8, 24],
    sizes: [
      { width: 192, height: 128 },
      { width: 128, height: 192 },
      { width: 160, height: 160 },
    ],
  },
} as const

const published = {
  resolution: [24, 480, 704],
  path: 'orbit-left',
  lookDown: 0,
  trained: {
    frames: [24, 24],
    sizes: [
      { width: 704, height: 480 },
      { width: 480, height: 704 },
    ],
  },
} as const

/** Of reconstruction decoder and encoder over all steps, operations a pixel, as counted on the two models. */
const pixelWork = { small: 0.37e6, published: 44e6 }

const isSmall = ({ heads, headSize }: WanTransformerConfig) => heads * headSize < smallWidth

/** What is known of a model by its transformer. */
export function defaultsOf(config: WanTransformerConfig, model: string): RequestDefaults {
  return {
    model,
    ...(isSmall(config) ? small : published),
    work: workOf(config, pixelWork[isSmall(config) ? 'small' : 'published']),
  }
}

/** Whether a model's scenes get the colours of the picture they are made from: a small one blurs it, the published numbers stay. */
export const keepsPicture = isSmall

/**
 * Floating-point operations of a scene, about.
 * @example
 * ```ts
 * import { checkpointDefaults, sceneWork } from 'flashworld'
 * import { embeddedModel, folderSource } from 'flashworld/node'
 *
 * const defaults = await checkpointDefaults(folderSource(embeddedModel()))
 * console.log(sceneWork([12, 128, 192], defaults) / 1e9, 'GFLOP')
 * ```
 */
export function sceneWork(
  [frames, height, width]: Resolution,
  { work: { perPixel, perPixelSquared } }: Pick<RequestDefaults, 'work'>,
): number {
  const pixels = frames * height * width
  return perPixel * pixels + perPixelSquared * pixels ** 2
}

/** Pixels of a side of a latent pixel. */
const latentSide = 16

/**
 * Multiply-adds count twice. Of a token in a layer: four products of attention, two of cross-attention, two of the
 * feed-forward; and with each other token the two of the attention itself.
 */
function workOf(
  { heads, headSize, ffn, layers, patch }: WanTransformerConfig,
  restPerPixel: number,
): RequestDefaults['work'] {
  const width = heads * headSize
  const tokens = 1 / (latentSide * patch) ** 2
  const passes = 2 * layers * schedule.length
  return {
    perPixel: restPerPixel + passes * tokens * (6 * width ** 2 + 2 * width * ffn),
    perPixelSquared: passes * tokens ** 2 * 2 * width,
  }
}

/**
 * The `defaults` of the checkpoint's FlashWorld, of which no more than a `config.json` is read: requests can be checked
 * before the weights are loaded.
 * @throws WeightsError
 * @example
 * ```ts
 * import { checkpointDefaults } from 'flashworld'
 * import { embeddedModel, folderSource } from 'flashworld/node'
 *
 * const { resolution, path, trained } = await checkpointDefaults(folderSource(embeddedModel()))
 * console.log(resolution, path, trained.frames) // [12, 128, 192] 'orbit-left' [8, 24]
 * ```
 */
export async function checkpointDefaults(source: WeightSource): Promise<RequestDefaults> {
  // the file does not tell the features, and the defaults do not depend on them
  const config = wanTransformerConfig(await readJson(source, 'transformer/config.json'), 0)
  return defaultsOf(config, sourceName(source))
}

/** A checkpoint by the last part of its place. */
export const sourceName = ({ name }: WeightSource): string =>
  /([^/\\]+)[/\\]*$/.exec(name)?.[1] ?? 'model'
