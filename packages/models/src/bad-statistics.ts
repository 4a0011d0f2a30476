/**
 * Random parameters as bad as trained ones are. Even random numbers show no overflow and no outlier; what is documented of
 * the published model's family is far from even:
 *
 * - UMT5-XXL: feed-forward products and the residual stream beyond f16 (65504), large unscaled attention logits.
 * - Diffusion transformers: a few channels of the stream, of values and of the feed-forward 60 to 1000 times the others,
 *   read through smaller weights; attention logits in the hundreds.
 * - Decoders of images: a stream beyond f16 where norms make up for it; logits of opacity and scale deep in saturation.
 */
import { PACKED_FLOATS } from '@flashworld/splats'
import { rawAt } from './recon-decoder/gaussian-head/layout.ts'
import { gaussiansPerPixel } from './recon-decoder/config.ts'
import type { Outliers, ParameterSpec, ParameterTree } from './parameters/spec.ts'
import { mapSpecs } from './parameters/spec.ts'
import type { Network } from './weights/model-files.ts'

/** What is done to the random numbers of the parameters whose keys match. */
interface Rule {
  readonly keys: RegExp
  /** All numbers are this many times as large. */
  readonly all?: number
  readonly rows?: Spike
  readonly columns?: Spike
}

interface Spike {
  /** Places along an axis of `size`. */
  readonly at: (size: number) => readonly number[]
  readonly times: number
}

/** A few channels of a stream, the same ones in every matrix that writes or reads it. */
const streamChannels = (size: number) => spaced(size, Math.ceil(size / 768), 0.37)

/** A few channels of what lies between two matrices. */
const innerChannels = (size: number) => spaced(size, Math.ceil(size / 768), 0.71)

/** One channel in 256. */
const gatedChannels = (size: number) => spaced(size, Math.ceil(size / 256), 0.53)

const spaced = (size: number, count: number, offset: number) =>
  Array.from({ length: count }, (_, i) => Math.floor(((i + offset) * size) / count))

/** The raw numbers of opacity and scale in the Gaussian head. */
const saturating = () =>
  Array.from({ length: gaussiansPerPixel }, (_, point) =>
    [rawAt.opacity, rawAt.scale, rawAt.scale + 1, rawAt.scale + 2].map(
      (at) => point * PACKED_FLOATS + at,
    ),
  ).flat()

/** The blocks that encoder and decoder share. */
const frameRules: readonly Rule[] = [
  { keys: /conv[12]\.weight$/, all: 64, rows: { at: streamChannels, times: 16 } },
  { keys: /conv[12]\.bias$/, rows: { at: streamChannels, times: 2 ** 22 } },
  { keys: /norm[12_a-z]*\.gamma$/, all: 64, rows: { at: streamChannels, times: 1 / 2048 } },
  { keys: /(to_qkv|conv_out|gs_proj)\.weight$/, all: 1 / 32 },
]

const rules: Readonly<Record<Network, readonly Rule[]>> = {
  textEncoder: [
    { keys: /SelfAttention\.q\.weight$/, all: 16 },
    { keys: /relative_attention_bias\.weight$/, all: 256 },
    { keys: /wi_[01]\.weight$/, rows: { at: gatedChannels, times: 256 } },
    { keys: /wo\.weight$/, rows: { at: streamChannels, times: 64 } },
    { keys: /norm\.weight$/, rows: { at: streamChannels, times: 1 / 8 } },
  ],
  vae: frameRules,
  transformer: [
    { keys: /^patch_embedding/, rows: { at: streamChannels, times: 1024 } },
    { keys: /(to_out\.0|net\.2)\.(weight|bias)$/, rows: { at: streamChannels, times: 64 } },
    {
      keys: /(attn1\.to_[qkv]|attn2\.to_q|net\.0\.proj|proj_out)\.weight$/,
      columns: { at: streamChannels, times: 1 / 32 },
    },
    { keys: /norm_[qk]\.weight$/, all: 8 },
    { keys: /to_v\.weight$/, rows: { at: innerChannels, times: 1024 } },
    { keys: /to_out\.0\.weight$/, columns: { at: innerChannels, times: 1 / 128 } },
    { keys: /net\.0\.proj\.weight$/, rows: { at: innerChannels, times: 1024 } },
    { keys: /net\.2\.weight$/, columns: { at: innerChannels, times: 1 / 128 } },
    { keys: /time_proj\.weight$/, all: 16 },
    { keys: /text_embedder\.linear_2\.weight$/, rows: { at: streamChannels, times: 64 } },
    { keys: /attn2\.to_[kv]\.weight$/, columns: { at: streamChannels, times: 1 / 8 } },
  ],
  reconDecoder: [...frameRules, { keys: /gs_proj\.weight$/, rows: { at: saturating, times: 16 } }],
}

/** A network's tree whose random numbers are as bad as trained parameters are. */
export const withBadStatistics = <T extends ParameterTree>(network: Network, tree: T): T =>
  mapSpecs(tree, (key, spec) =>
    rules[network].filter(({ keys }) => keys.test(key)).reduce(worsened, spec),
  )

function worsened(spec: ParameterSpec, { all = 1, rows, columns }: Rule): ParameterSpec {
  const { mean, std, outliers = [] } = spec.random
  const more = (axis: Outliers['axis'], size: number, spike: Spike | undefined): Outliers[] =>
    spike ? [{ axis, places: spike.at(size), times: spike.times }] : []
  return {
    ...spec,
    random: {
      mean: mean * all,
      std: std * all,
      outliers: [
        ...outliers,
        ...more('rows', spec.shape[0]!, rows),
        ...more('columns', spec.shape.at(-1)!, columns),
      ],
    },
  }
}
