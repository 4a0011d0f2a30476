import {
  readCount,
  readCounts,
  readFlags,
  readNumbers,
  requireValue,
} from '../parameters/read-config.ts'
import type { Config } from '../weights/model-files.ts'

/** Sizes of the Wan 2.2 autoencoder; the reconstruction decoder has its decoder's. */
export interface WanVaeConfig {
  /** Z */
  readonly latentChannels: number
  /** Pixels of a side of the blocks that become channels before the first convolution. */
  readonly patch: number
  /** Channels after the first convolution, then after each block of the encoder. */
  readonly encoderWidths: readonly number[]
  /** The same of the decoder. */
  readonly decoderWidths: readonly number[]
  /** Residual blocks of an encoder block; the decoder's blocks have one more. */
  readonly residuals: number
  /** Which encoder blocks would also halve time in a video; they mix their shortcuts accordingly. */
  readonly halvesTime: readonly boolean[]
  readonly latentMean: readonly number[]
  readonly latentStd: readonly number[]
}

/** Red, green, blue. */
export const imageChannels = 3

/** Pixels of the image to one of the latent, each way. */
export const latentStride = (config: WanVaeConfig): number =>
  config.patch * 2 ** (config.encoderWidths.length - 2)

/**
 * Reads `vae/config.json`.
 * @throws WeightsError `weights/config`
 */
export function wanVaeConfig(json: Config): WanVaeConfig {
  const multipliers = readCounts(json, 'dim_mult')
  const base = readCount(json, 'base_dim')
  const decoderBase = readCount(json, 'decoder_base_dim')
  const latentChannels = readCount(json, 'z_dim')
  const patch = readCount(json, 'patch_size')
  requireValue(json, 'is_residual', true)
  requireValue(json, 'attn_scales', [])
  requireValue(json, 'in_channels', imageChannels * patch ** 2)
  return {
    latentChannels,
    patch,
    encoderWidths: [1, ...multipliers].map((m) => base * m),
    decoderWidths: [multipliers.at(-1)!, ...multipliers.toReversed()].map((m) => decoderBase * m),
    residuals: readCount(json, 'num_res_blocks'),
    halvesTime: readFlags(json, 'temperal_downsample', multipliers.length - 1),
    latentMean: readNumbers(json, 'latents_mean', latentChannels),
    latentStd: readNumbers(json, 'latents_std', latentChannels),
  }
}
