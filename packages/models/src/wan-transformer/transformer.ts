/**
 * The diffusion transformer of FlashWorld (arXiv 2510.13678): Wan 2.2 TI2V 5B (arXiv 2503.20314)
 * with cameras, a condition image and the previous step's features and 3D latents among its
 * input, and features beside the velocity in its output.
 */
import type { Engine, Tensor } from '@flashworld/engine'
import {
  cast,
  channels,
  concat,
  layerNorm,
  linear,
  permute,
  reshape,
  ShapeError,
  slice,
} from '@flashworld/engine'
import type { Parameters } from '../parameters/spec.ts'
import { convLayer, linearLayer, repeat, table } from '../parameters/spec.ts'
import { block, blockParameters } from './block.ts'
import type { WanTransformerConfig } from './config.ts'
import { inputChannels, transformerWidth } from './config.ts'
import type { RopeTables, TokenGrid } from './rope.ts'
import type { TextContext } from './text-context.ts'
import { textParameters } from './text-context.ts'
import { embedTimestep, modulate, timeParameters } from './timestep.ts'

export function transformerParameters(config: WanTransformerConfig) {
  const width = transformerWidth(config)
  const outputs = config.patch ** 2 * (config.latentChannels + config.features)
  return {
    patch_embedding: convLayer({
      outputs: width,
      inputs: inputChannels(config),
      size: config.patch,
    }),
    condition_embedder: { ...timeParameters(config), ...textParameters(config) },
    blocks: repeat(config.layers, (i) => blockParameters(config, `blocks.${i}`)),
    scale_shift_table: table([2, width], width ** -0.5),
    proj_out: linearLayer(outputs, width),
  }
}

export type WanTransformerParams = Parameters<ReturnType<typeof transformerParameters>>

export interface WanTransformer {
  readonly config: WanTransformerConfig
  readonly params: WanTransformerParams
}

/** All images are `[n, h, w, …]`, h and w multiples of the patch's side (2). */
export interface TransformerInput {
  /** Noisy latents, Z channels. */
  readonly latents: Tensor
  /** The cameras' rays, 6 channels. */
  readonly raymap: Tensor
  /** Latents of the condition image at its frame, zeros elsewhere; Z channels. */
  readonly condition: Tensor
  /** Features of the previous step, F channels; zeros in the first. */
  readonly features: Tensor
  /** 3D latents of the previous step, Z channels; zeros in the first. */
  readonly latents3d: Tensor
  /** 1000 sigma */
  readonly timestep: number
  readonly text: TextContext
  /** Of the token grid: see `tokenGrid`. */
  readonly rope: RopeTables
}

export interface TransformerOutput {
  /** `[n, h, w, Z]`, f32 */
  readonly velocity: Tensor
  /** `[n, h, w, F]` */
  readonly features: Tensor
}

export interface BlockOptions {
  /**
   * Awaited after each block: a turn for others, the place to show progress or to stop by throwing.
   * `stream` is what the block gave, `[L, width]`; it lives until then.
   */
  readonly onBlock?: (done: number, total: number, stream: Tensor) => Promise<void> | void
}

/** The tokens of latents of `frames` x `height` x `width`. */
export const tokenGrid = (
  { patch }: WanTransformerConfig,
  { frames, height, width }: { frames: number; height: number; width: number },
): TokenGrid => ({ frames, rows: height / patch, columns: width / patch })

/** One step's velocity and features. @throws ShapeError; what `onBlock` throws */
export function transform(
  engine: Engine,
  net: WanTransformer,
  input: TransformerInput,
  { onBlock }: BlockOptions = {},
): Promise<TransformerOutput> {
  const { config, params: p } = net
  const { rope, text } = input
  return engine.scope(async (engine) => {
    let x = engine.scope((engine) => embedPatches(engine, net, inputImage(engine, net, input)))
    const time = embedTimestep(engine, p.condition_embedder, input.timestep)
    for (const [i, parameters] of p.blocks.entries()) {
      const before = x
      const context = { ...text, config, rope, text: text.blocks[i]!, time: time.projection }
      x = engine.scope((engine) => block(engine, parameters, before, context))
      engine.unload(parameters)
      engine.release(before)
      await onBlock?.(i + 1, p.blocks.length, x)
    }
    const image = toImage(engine, config, head(engine, net, x, time.embedding), input.latents)
    return engine.scope((engine) => splitOutput(engine, config, image))
  })
}

/** The five inputs side by side: `[n, h, w, 3Z + 6 + F]`. */
function inputImage(engine: Engine, { config }: WanTransformer, input: TransformerInput): Tensor {
  const { latents, raymap, condition, features, latents3d } = input
  const images = [latents, raymap, condition, features, latents3d]
  const [n, height, width] = latents.shape
  const fits =
    latents.shape.length === 4 &&
    height! % config.patch === 0 &&
    width! % config.patch === 0 &&
    images.every(
      (x) => x.shape.length === 4 && [n, height, width].every((d, i) => d === x.shape[i]),
    ) &&
    images.reduce((sum, x) => sum + channels(x), 0) === inputChannels(config)
  if (!fits) {
    const { latentChannels: z, features: f, patch } = config
    const expected = `images [n, ${patch} a, ${patch} b, C] with C of ${z}, 6, ${z}, ${f}, ${z}`
    throw new ShapeError('transform', expected, images)
  }
  return concat(engine, [cast(engine, latents, engine.half), ...images.slice(1)], -1)
}

/** Patches as tokens: `[n, h, w, C]` to the stream `[L, width]`, f32; tokens run frame, row, column. */
export function embedPatches(
  engine: Engine,
  { config, params }: WanTransformer,
  image: Tensor,
): Tensor {
  const { weight, bias } = params.patch_embedding
  const [n, height, width, size] = image.shape as [number, number, number, number]
  const { patch } = config
  const blocks = reshape(image, [n, height / patch, patch, width / patch, patch, size])
  const tokens = reshape(permute(engine, blocks, [0, 1, 3, 2, 4, 5]), [-1, patch * patch * size])
  const matrix = reshape(weight, [weight.shape[0]!, -1]) // a token too has its channels last
  return linear(engine, tokens, matrix, { bias, dtype: 'f32' })
}

/** The stream `[L, width]` to `[L, patch² (Z + F)]`, f32. */
function head(engine: Engine, { config, params }: WanTransformer, x: Tensor, time: Tensor): Tensor {
  const { weight, bias } = params.proj_out
  const both = concat(engine, [time, time], 0)
  const [shift, scale] = modulate(engine, params.scale_shift_table, both)
  const normed = layerNorm(engine, x, { eps: config.eps, scale, shift, dtype: engine.half })
  return linear(engine, normed, weight, { bias, dtype: 'f32' })
}

/** Tokens back to pixels: `[n, h, w, Z + F]`. */
function toImage(
  engine: Engine,
  config: WanTransformerConfig,
  tokens: Tensor,
  like: Tensor,
): Tensor {
  const [n, height, width] = like.shape as [number, number, number, number]
  const { patch } = config
  const blocks = reshape(tokens, [n, height / patch, width / patch, patch, patch, -1])
  return reshape(permute(engine, blocks, [0, 1, 3, 2, 4, 5]), [n, height, width, -1])
}

const splitOutput = (
  engine: Engine,
  config: WanTransformerConfig,
  image: Tensor,
): TransformerOutput => {
  const z = config.latentChannels
  return {
    velocity: slice(engine, image, -1, 0, z),
    features: cast(engine, slice(engine, image, -1, z, z + config.features), engine.half),
  }
}
