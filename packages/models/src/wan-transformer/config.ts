import { RAYMAP_CHANNELS } from '@flashworld/camera'
import { readCount, readPositive, requireValue } from '../parameters/read-config.ts'
import type { Config } from '../weights/model-files.ts'
import { WeightsError } from '../weights/errors.ts'
import { requireTensor } from '../weights/require-tensor.ts'
import type { TensorTable } from '../weights/tensor.ts'

/** Sizes of the diffusion transformer. */
export interface WanTransformerConfig {
  /** Z */
  readonly latentChannels: number
  /** F: channels of the features that go from the transformer to the reconstruction decoder. */
  readonly features: number
  /** Latent pixels of a side of a token. */
  readonly patch: number
  readonly heads: number
  readonly headSize: number
  readonly ffn: number
  readonly layers: number
  /** Channels of the text encoder's rows. */
  readonly textWidth: number
  /** Numbers in a timestep's sinusoid. */
  readonly frequencies: number
  readonly eps: number
}

/** Channels of the residual stream. */
export const transformerWidth = ({ heads, headSize }: WanTransformerConfig): number =>
  heads * headSize

/** Noisy latents, raymap, condition, previous features, previous 3D latents. */
export const inputChannels = ({ latentChannels, features }: WanTransformerConfig): number =>
  3 * latentChannels + RAYMAP_CHANNELS + features

/**
 * Reads `transformer/config.json`. That file is the video model's, so the number of features is
 * not in it: see `featureChannels`.
 * @throws WeightsError `weights/config`
 */
export function wanTransformerConfig(json: Config, features: number): WanTransformerConfig {
  const latentChannels = readCount(json, 'in_channels')
  const patch = Array.isArray(json.patch_size) ? Number(json.patch_size[1]) : 0
  requireValue(json, 'patch_size', [1, Math.max(1, patch), patch])
  requireValue(json, 'out_channels', latentChannels)
  requireValue(json, 'cross_attn_norm', true)
  requireValue(json, 'qk_norm', 'rms_norm_across_heads')
  return {
    latentChannels,
    features,
    patch,
    heads: readCount(json, 'num_attention_heads'),
    headSize: readCount(json, 'attention_head_dim'),
    ffn: readCount(json, 'ffn_dim'),
    layers: readCount(json, 'num_layers'),
    textWidth: readCount(json, 'text_dim'),
    frequencies: readCount(json, 'freq_dim'),
    eps: readPositive(json, 'eps'),
  }
}

/**
 * The number of feature channels of a checkpoint: what its patch embedding takes beside latents and raymap.
 * @throws WeightsError `weights/missing-key`, `weights/shape`
 */
export function featureChannels(json: Config, transformer: TensorTable): number {
  const key = 'patch_embedding.weight'
  // as converted, channels are last
  const [shape, axis] = transformer.layout
    ? [[null, null, null, null], 3]
    : [[null, null, 1, null, null], 1]
  const channels = requireTensor(transformer, key, { shape }).shape[axis]!
  const features = channels - 3 * readCount(json, 'in_channels') - RAYMAP_CHANNELS
  if (features > 0) return features
  throw new WeightsError(
    'weights/shape',
    `${transformer.name}: '${key}': expected channels for features, got ${channels} in all`,
  )
}
