/**
 * The encoder of the Wan 2.2 autoencoder over single frames: images to the moments of their latents.
 * Wan team, "Wan: open and advanced large-scale video generative models", arXiv 2503.20314.
 */
import type { Engine, Padding, Tensor } from '@flashworld/engine'
import { avgDown, cast, conv2d, permute, reshape, ShapeError } from '@flashworld/engine'
import type { Parameters } from '../parameters/spec.ts'
import { convLayer, normWeight, repeat } from '../parameters/spec.ts'
import {
  conv1x1,
  conv3x3,
  intoStream,
  middleBlock,
  middleParameters,
  normed,
  residualBlocks,
  residualParameters,
  withinStream,
} from './blocks.ts'
import type { WanVaeConfig } from './config.ts'
import { imageChannels, latentStride } from './config.ts'
import type { FrameOptions } from './frames.ts'
import { byFrames } from './frames.ts'

export const vaeEncoderParameters = (config: WanVaeConfig) => {
  const { encoderWidths: widths, latentChannels } = config
  const width = widths.at(-1)!
  const moments = 2 * latentChannels
  return {
    encoder: {
      conv_in: intoStream(widths[0]!, imageChannels * config.patch ** 2),
      down_blocks: repeat(widths.length - 1, (i) => downParameters(config, i)),
      mid_block: middleParameters(width),
      norm_out: { gamma: normWeight(width) },
      conv_out: convLayer({ outputs: moments, inputs: width, size: 3 }),
    },
    quant_conv: convLayer({ outputs: moments, inputs: moments, size: 1 }),
  }
}

function downParameters({ encoderWidths, residuals }: WanVaeConfig, index: number) {
  const [inputs, outputs] = [encoderWidths[index]!, encoderWidths[index + 1]!]
  const isLast = index === encoderWidths.length - 2
  return {
    resnets: repeat(residuals, (i) => residualParameters(i === 0 ? inputs : outputs, outputs)),
    downsampler: isLast ? undefined : { resample: { 1: withinStream(outputs, outputs) } },
  }
}

export type VaeEncoderParams = Parameters<ReturnType<typeof vaeEncoderParameters>>

export interface WanVaeEncoder {
  readonly config: WanVaeConfig
  readonly params: VaeEncoderParams
}

/**
 * Encodes each image alone.
 * @param images `[B, H, W, 3]` in [-1, 1]; H and W multiples of 16 (of the config's stride)
 * @returns `[B, H/16, W/16, 2Z]`, f32: Z means, then Z logarithms of variances as they come
 * @throws ShapeError; the signal's reason
 */
export function encodeImages(
  engine: Engine,
  net: WanVaeEncoder,
  images: Tensor,
  options: FrameOptions = {},
): Promise<Tensor> {
  const stride = latentStride(net.config)
  const [, height, width, channels] = images.shape
  if (
    images.shape.length !== 4 ||
    height! % stride ||
    width! % stride ||
    channels !== imageChannels
  ) {
    throw new ShapeError('encodeImages', `images[B, ${stride} h, ${stride} w, 3]`, [images])
  }
  return byFrames(engine, [images], {
    ...options,
    params: net.params,
    body: (engine, [frames]) => encodeFrames(engine, net, frames!),
  })
}

function encodeFrames(engine: Engine, { config, params }: WanVaeEncoder, images: Tensor): Tensor {
  const { encoder: p, quant_conv: quant } = params
  let x = conv3x3(engine, p.conv_in, patchify(engine, images, config.patch))
  for (const [i, block] of p.down_blocks.entries()) {
    const larger = x
    x = engine.scope((engine) => downBlock(engine, block, larger, config.halvesTime[i] ? 2 : 1))
    engine.release(larger)
  }
  x = middleBlock(engine, p.mid_block, x)
  x = conv3x3(engine, p.conv_out, normed(engine, p.norm_out, x))
  return cast(engine, conv1x1(engine, quant, x), 'f32')
}

/** Blocks of pixels as channels: channel (c * patch + column offset) * patch + row offset. */
function patchify(engine: Engine, images: Tensor, patch: number): Tensor {
  const [batch, height, width, channels] = images.shape as [number, number, number, number]
  const [rows, columns] = [height / patch, width / patch]
  const blocks = reshape(images, [batch, rows, patch, columns, patch, channels])
  const ordered = permute(engine, cast(engine, blocks, engine.half), [0, 1, 3, 5, 4, 2])
  return reshape(ordered, [batch, rows, columns, channels * patch * patch])
}

const belowAndRight: Padding = { top: 0, left: 0, bottom: 1, right: 1 }

/** Residual blocks, half the size, and around them a shortcut without parameters. */
function downBlock(
  engine: Engine,
  p: VaeEncoderParams['encoder']['down_blocks'][number],
  x: Tensor,
  timeFactor: 1 | 2,
): Tensor {
  let h = residualBlocks(engine, p.resnets, x)
  if (p.downsampler) {
    const { weight, bias } = p.downsampler.resample[1]
    h = conv2d(engine, h, weight, { bias, stride: 2, pad: belowAndRight })
  }
  const spaceFactor = p.downsampler ? 2 : 1
  return avgDown(engine, x, { channels: h.shape[3]!, timeFactor, spaceFactor, add: h })
}
