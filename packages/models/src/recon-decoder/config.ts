import type { WanVaeConfig } from '../wan-vae/config.ts'

/** Sizes of the reconstruction decoder: those of the autoencoder's decoder, and its extra input. */
export interface ReconDecoderConfig {
  /** Z */
  readonly latentChannels: number
  /** F */
  readonly features: number
  /** Channels after the first convolution, then after each block. */
  readonly widths: readonly number[]
  /** Residual blocks of a block. */
  readonly residuals: number
}

/** Gaussians that the head makes of each of its pixels. */
export const gaussiansPerPixel = 2

export function reconDecoderConfig(vae: WanVaeConfig, features: number): ReconDecoderConfig {
  const { latentChannels, decoderWidths: widths, residuals } = vae
  return { latentChannels, features, widths, residuals: residuals + 1 }
}
