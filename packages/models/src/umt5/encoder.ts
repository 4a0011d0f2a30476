/**
 * The encoder of UMT5 (Chung et al., arXiv 2304.09151; the architecture is T5's, arXiv 1910.10683):
 * pre-norm blocks whose attention knows positions by distance only.
 *
 * Only a sentence's own tokens are computed: the published code masks the padding as keys and
 * throws its rows away, so it changes nothing.
 */
import type { Engine, Tensor } from '@flashworld/engine'
import { attention, linear, reshape, rmsNorm } from '@flashworld/engine'
import { project, rowsFor } from '../parameters/project.ts'
import type { Parameters } from '../parameters/spec.ts'
import { bytes, matrix, normWeight, repeat, transposed } from '../parameters/spec.ts'
import type { Umt5Config } from './config.ts'
import { distanceBuckets } from './distance.ts'
import type { TokenEmbedding } from './embedding.ts'

/**
 * The gated product of the feed-forward is carried this much smaller, and made up for by the
 * matrix behind it: it is the largest number of the network that is stored as f16.
 */
const gatedFactor = 2 ** -5

export const umt5Parameters = (config: Umt5Config) => ({
  encoder: {
    block: repeat(config.layers, () => ({
      layer: [
        {
          SelfAttention: attentionParameters(config),
          layer_norm: { weight: normWeight(config.width) },
        },
        {
          DenseReluDense: feedForwardParameters(config),
          layer_norm: { weight: normWeight(config.width) },
        },
      ] as const,
    })),
    final_layer_norm: { weight: normWeight(config.width) },
  },
})

function attentionParameters({ width, heads, headSize, distanceBuckets }: Umt5Config) {
  const inner = heads * headSize
  return {
    // there is no 1 / sqrt(headSize) in the attention: it lies in the queries
    q: { weight: matrix(inner, width, { std: (width * headSize) ** -0.5 }) },
    k: { weight: matrix(inner, width) },
    v: { weight: matrix(inner, width) },
    o: { weight: matrix(width, inner) },
    relative_attention_bias: { weight: transposed(distanceBuckets, heads) },
  }
}

/** Attention, and `wo` behind the largest numbers, are never in 8 bits: sentences are misread then. */
const feedForwardParameters = ({ width, ffn }: Umt5Config) => ({
  wi_0: { weight: bytes(matrix(ffn, width)) },
  wi_1: { weight: bytes(matrix(ffn, width, { factor: gatedFactor })) },
  wo: { weight: matrix(width, ffn, { factor: 1 / gatedFactor }) },
})

export type Umt5Params = Parameters<ReturnType<typeof umt5Parameters>>

type Block = Umt5Params['encoder']['block'][number]

export interface Umt5 {
  readonly config: Umt5Config
  readonly params: Umt5Params
  readonly embedding: TokenEmbedding
}

export interface EncodeTextOptions {
  /** Awaited after each block: a turn for others, the place to show progress or to stop by throwing. */
  readonly onBlock?: (done: number, total: number) => Promise<void> | void
}

/**
 * Encodes a sentence.
 * @param ids of its tokens, without padding
 * @returns `[ids.length, width]`, f32
 * @throws WeightsError when an id is not in the vocabulary; what `onBlock` throws
 */
export function encodeText(
  engine: Engine,
  { config, params, embedding }: Umt5,
  ids: ArrayLike<number>,
  { onBlock }: EncodeTextOptions = {},
): Promise<Tensor> {
  const { block: blocks, final_layer_norm: finalNorm } = params.encoder
  return engine.scope(async (engine) => {
    const shape = [ids.length, config.width]
    let x = engine.upload(await embedding(ids), shape) // the stream outgrows f16
    const distances = oneHot(engine, distanceBuckets(ids.length, config), config.distanceBuckets)
    for (const [i, p] of blocks.entries()) {
      const before = x
      x = engine.scope((engine) => block(engine, p, before, { config, distances }))
      engine.unload(p)
      engine.release(before)
      await onBlock?.(i + 1, blocks.length)
    }
    return rmsNorm(engine, x, finalNorm.weight, { eps: config.eps })
  })
}

interface BlockContext {
  readonly config: Umt5Config
  /** The bucket of each distance as a row that is 1 there, `[2L - 1, buckets]`. */
  readonly distances: Tensor
}

/** `[L, width]`, f32, to the same. */
function block(
  engine: Engine,
  { layer: [first, second] }: Block,
  x: Tensor,
  context: BlockContext,
): Tensor {
  const { eps } = context.config
  const dtype = engine.half
  const n1 = rmsNorm(engine, x, first.layer_norm.weight, { eps, dtype })
  const x1 = addAttention(engine, first.SelfAttention, n1, { ...context, residual: x })
  const n2 = rmsNorm(engine, x1, second.layer_norm.weight, { eps, dtype })
  return addFeedForward(engine, second.DenseReluDense, n2, x1)
}

function addAttention(
  engine: Engine,
  p: Block['layer'][0]['SelfAttention'],
  x: Tensor,
  { config, distances, residual }: BlockContext & { residual: Tensor },
): Tensor {
  const heads = ({ weight }: { weight: Tensor }) =>
    reshape(linear(engine, x, weight), [1, -1, config.heads, config.headSize])
  // the table [H, buckets] by the buckets of the distances: [H, 2L - 1]
  const relativeBias = linear(engine, p.relative_attention_bias.weight, distances)
  const y = attention(engine, heads(p.q), heads(p.k), heads(p.v), { scale: 1, relativeBias })
  return linear(engine, reshape(y, [x.shape[0]!, -1]), p.o.weight, { residual, dtype: 'f32' })
}

function addFeedForward(
  engine: Engine,
  p: Block['layer'][1]['DenseReluDense'],
  x: Tensor,
  residual: Tensor,
): Tensor {
  const rows = rowsFor(engine, x, p.wi_0.weight)
  const multiply = project(engine, rows, p.wi_1)
  const gated = project(engine, rows, p.wi_0, { activation: 'gelu', multiply })
  return linear(engine, gated, p.wo.weight, { residual, dtype: 'f32' })
}

function oneHot(engine: Engine, indices: readonly number[], size: number): Tensor {
  const rows = new Float32Array(indices.length * size)
  indices.forEach((index, row) => (rows[row * size + index] = 1))
  return engine.upload(rows, [indices.length, size])
}
