import { readCount, readPositive, requireValue } from '../parameters/read-config.ts'
import type { Config } from '../weights/model-files.ts'

/** Rows that stand for every text, whatever its length; those past its end are zeros. */
export const textRows = 512

/** Sizes of the text encoder. */
export interface Umt5Config {
  readonly vocabulary: number
  /** Channels of the residual stream. */
  readonly width: number
  readonly heads: number
  readonly headSize: number
  readonly ffn: number
  readonly layers: number
  /** How many numbers a head has for distances between a query and a key. */
  readonly distanceBuckets: number
  /** Distances from here on share a bucket. */
  readonly maxDistance: number
  readonly eps: number
}

/**
 * Reads `text_encoder/config.json`.
 * @throws WeightsError `weights/config`
 */
export function umt5Config(json: Config): Umt5Config {
  requireValue(json, 'feed_forward_proj', 'gated-gelu')
  return {
    vocabulary: readCount(json, 'vocab_size'),
    width: readCount(json, 'd_model'),
    heads: readCount(json, 'num_heads'),
    headSize: readCount(json, 'd_kv'),
    ffn: readCount(json, 'd_ff'),
    layers: readCount(json, 'num_layers'),
    distanceBuckets: readCount(json, 'relative_attention_num_buckets'),
    maxDistance: readCount(json, 'relative_attention_max_distance'),
    eps: readPositive(json, 'layer_norm_epsilon'),
  }
}
