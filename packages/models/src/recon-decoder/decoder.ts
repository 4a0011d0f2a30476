/**
 * The reconstruction decoder of FlashWorld (arXiv 2510.13678): the Wan 2.2 autoencoder's decoder
 * over single frames, with the transformer's features beside the latents, and Gaussians instead
 * of pixels at its end.
 *
 * The published code runs it in bf16. In f16 the stream is safe by `streamFactor` (blocks.ts).
 */
import type { Engine, Tensor } from '@flashworld/engine'
import { dupUp, linear, reshape, ShapeError } from '@flashworld/engine'
import type { Parameters } from '../parameters/spec.ts'
import { convLayer, normWeight, repeat } from '../parameters/spec.ts'
import {
  conv3x3,
  intoStream,
  middleBlock,
  middleParameters,
  normed,
  residualBlocks,
  residualParameters,
  withinStream,
} from '../wan-vae/blocks.ts'
import type { FrameOptions } from '../wan-vae/frames.ts'
import { byFrames } from '../wan-vae/frames.ts'
import type { ReconDecoderConfig } from './config.ts'
import { PACKED_FLOATS } from '@flashworld/splats'
import { gaussiansPerPixel } from './config.ts'
import { gaussianHead } from './gaussian-head/index.ts'

export function reconDecoderParameters({
  widths,
  latentChannels: z,
  ...config
}: ReconDecoderConfig) {
  const [first, last] = [widths[0]!, widths.at(-1)!]
  const head = { outputs: gaussiansPerPixel * PACKED_FLOATS, inputs: last, size: 3 }
  return {
    post_quant_conv: convLayer({ outputs: z, inputs: z, size: 1 }),
    extra_conv_in: intoStream(first, config.features),
    decoder: {
      conv_in: intoStream(first, z),
      mid_block: middleParameters(first),
      up_blocks: repeat(widths.length - 1, (i) => upParameters(widths, config.residuals, i)),
      norm_out: { gamma: normWeight(last) },
    },
    gs_head: { gs_proj: convLayer(head, { rowFactors: 'gs_head.lrs_mul' }) },
  }
}

function upParameters(widths: readonly number[], residuals: number, index: number) {
  const [inputs, outputs] = [widths[index]!, widths[index + 1]!]
  const isLast = index === widths.length - 2
  return {
    resnets: repeat(residuals, (i) => residualParameters(i === 0 ? inputs : outputs, outputs)),
    upsampler: isLast ? undefined : { resample: { 1: withinStream(outputs, outputs) } },
  }
}

export type ReconDecoderParams = Parameters<ReturnType<typeof reconDecoderParameters>>

type UpBlock = ReconDecoderParams['decoder']['up_blocks'][number]

export interface ReconDecoder {
  readonly config: ReconDecoderConfig
  readonly params: ReconDecoderParams
}

export interface ReconInput {
  /** `[n, h, w, Z]`, as the autoencoder has them (not normalised) */
  readonly latents: Tensor
  /** `[n, h, w, F]` */
  readonly features: Tensor
  /** `[n, 11]`, f32: a packed camera of the model's frame for each frame */
  readonly cameras: Tensor
}

/**
 * Makes the scene that the frames show: 128 h w Gaussians a frame, two for each pixel of the image at half its size.
 * @returns `[N, 38]`, f32, ordered frame, point, row, column; a row is xyz, opacity, scale 3,
 *   rotation wxyz, 9 coefficients of spherical harmonics x rgb
 * @throws ShapeError; what `onFrames` throws
 */
export async function reconstruct(
  engine: Engine,
  net: ReconDecoder,
  { latents, features, cameras }: ReconInput,
  options: FrameOptions = {},
): Promise<Tensor> {
  const { latentChannels: z, features: f } = net.config
  const [n, height, width] = latents.shape
  const fits =
    [latents, features].every((x, i) => equal(x.shape, [n, height, width, [z, f][i]])) &&
    equal(cameras.shape, [n, 11])
  if (!fits) {
    const expected = `latents[n, h, w, ${z}], features[n, h, w, ${f}], cameras[n, 11]`
    throw new ShapeError('reconstruct', expected, [latents, features, cameras])
  }
  const gaussians = await byFrames(engine, [latents, features, cameras], {
    ...options,
    params: net.params,
    body: (engine, [frames, extra, views]) =>
      headOf(engine, net, decode(engine, net, frames!, extra!), views!),
  })
  return reshape(gaussians, [-1, PACKED_FLOATS])
}

/**
 * The decoder without its head.
 * @param latents `[B, h, w, Z]`
 * @param features `[B, h, w, F]`
 * @returns `[B, 8h, 8w, C]` with C the last of the config's widths
 */
export function decode(
  engine: Engine,
  { params }: ReconDecoder,
  latents: Tensor,
  features: Tensor,
): Tensor {
  const { decoder: p, post_quant_conv: quant, extra_conv_in: extra } = params
  return engine.scope((engine) => {
    const { weight, bias } = quant
    const z = linear(engine, latents, weight, { bias, dtype: engine.half })
    const residual = conv3x3(engine, extra, features, { dtype: engine.half })
    let x = middleBlock(engine, p.mid_block, conv3x3(engine, p.conv_in, z, { residual }))
    for (const block of p.up_blocks) {
      const smaller = x
      x = engine.scope((engine) => upBlock(engine, block, smaller))
      engine.release(smaller)
    }
    return normed(engine, p.norm_out, x)
  })
}

/** Residual blocks, twice the size, and around them a shortcut without parameters; the last block: residual blocks. */
function upBlock(engine: Engine, p: UpBlock, x: Tensor): Tensor {
  const h = residualBlocks(engine, p.resnets, x)
  if (!p.upsampler) return h
  const add = conv3x3(engine, p.upsampler.resample[1], h, { upsample: true })
  return dupUp(engine, x, { channels: add.shape[3]!, add })
}

/** `[B, a, b, C]` to Gaussians `[B, 2, a, b, 38]`. */
function headOf(
  engine: Engine,
  { params }: ReconDecoder,
  decoded: Tensor,
  cameras: Tensor,
): Tensor {
  const raw = conv3x3(engine, params.gs_head.gs_proj, decoded, { dtype: 'f32' })
  return gaussianHead(engine, raw, cameras)
}

const equal = (a: readonly number[], b: readonly (number | undefined)[]) =>
  a.length === b.length && a.every((size, axis) => size === b[axis])
