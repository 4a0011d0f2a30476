import type { Engine, Tensor } from '@flashworld/engine'
import { attention, reshape, rmsNorm, rope } from '@flashworld/engine'
import { project, rowsFor } from '../parameters/project.ts'
import type { Parameters } from '../parameters/spec.ts'
import { byteLinearLayer, normWeight } from '../parameters/spec.ts'
import type { WanTransformerConfig } from './config.ts'
import { transformerWidth } from './config.ts'
import type { RopeTables } from './rope.ts'

/** @param at their key. Between values and output lies nothing but a weighted mean, so that their channels can be balanced. */
export function attentionParameters(config: WanTransformerConfig, at: string) {
  const width = transformerWidth(config)
  const values = { maker: `${at}.to_v.weight`, reader: `${at}.to_out.0.weight` }
  return {
    to_q: byteLinearLayer(width, width),
    to_k: byteLinearLayer(width, width),
    to_v: byteLinearLayer(width, width, { ...values, part: 'maker' }),
    to_out: [byteLinearLayer(width, width, { ...values, part: 'reader' })] as const,
    norm_q: { weight: normWeight(width) },
    norm_k: { weight: normWeight(width) },
  }
}

export type AttentionParams = Parameters<ReturnType<typeof attentionParameters>>

/** What the projection at the end adds to: residual + gate * result, in the residual's type. */
export interface Destination {
  readonly residual: Tensor
  readonly gate?: Tensor
}

/** Keys and values of the text for one block: `[1, S, heads, headSize]`. */
export interface TextKeys {
  readonly k: Tensor
  readonly v: Tensor
}

/** Every token attends to every token. `x` and what comes out: `[L, width]`. */
export function selfAttention(
  engine: Engine,
  p: AttentionParams,
  x: Tensor,
  {
    config,
    rope: tables,
    into,
  }: { config: WanTransformerConfig; rope: RopeTables; into?: Destination },
): Tensor {
  const rows = rowsFor(engine, x, p.to_q.weight)
  const turned = (y: Tensor) => rope(engine, split(y, config), tables.cos, tables.sin) // [L, H, D]
  const q = turned(queries(engine, p, rows, config))
  const k = turned(keys(engine, p, rows, config))
  const v = split(values(engine, p, rows), config)
  const [q1, k1, v1] = [q, k, v].map((y) => reshape(y, [1, ...y.shape])) as [Tensor, Tensor, Tensor]
  return projected(engine, p, attention(engine, q1, k1, v1), into)
}

/** Every token attends to the text's rows, of which the last counts `lastKeyCount` times. */
export function crossAttention(
  engine: Engine,
  p: AttentionParams,
  x: Tensor,
  {
    config,
    text: { k, v },
    lastKeyCount,
    into,
  }: { config: WanTransformerConfig; text: TextKeys; lastKeyCount: number; into?: Destination },
): Tensor {
  const q = split(queries(engine, p, x, config), config)
  const y = attention(engine, reshape(q, [1, ...q.shape]), k, v, { lastKeyCount })
  return projected(engine, p, y, into)
}

/** The text's keys and values: the same in every step of a scene. `context` is `[S, width]`. */
export function textKeys(
  engine: Engine,
  p: AttentionParams,
  context: Tensor,
  config: WanTransformerConfig,
): TextKeys {
  const rows = rowsFor(engine, context, p.to_k.weight)
  const heads = (y: Tensor) => reshape(split(y, config), [1, -1, config.heads, config.headSize])
  return { k: heads(keys(engine, p, rows, config)), v: heads(values(engine, p, rows)) }
}

const queries = (engine: Engine, p: AttentionParams, x: Tensor, { eps }: WanTransformerConfig) =>
  rmsNorm(engine, project(engine, x, p.to_q), p.norm_q.weight, { eps })

const keys = (engine: Engine, p: AttentionParams, x: Tensor, { eps }: WanTransformerConfig) =>
  rmsNorm(engine, project(engine, x, p.to_k), p.norm_k.weight, { eps })

const values = (engine: Engine, p: AttentionParams, x: Tensor) => project(engine, x, p.to_v)

const split = (x: Tensor, { heads, headSize }: WanTransformerConfig) =>
  reshape(x, [-1, heads, headSize])

function projected(engine: Engine, p: AttentionParams, y: Tensor, into?: Destination): Tensor {
  const [heads, size] = y.shape.slice(-2) as [number, number]
  const rows = reshape(y, [-1, heads * size])
  return project(engine, rows, p.to_out[0], { ...into, dtype: into?.residual.dtype })
}
