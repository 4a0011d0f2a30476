import type { Engine, Tensor } from '@flashworld/engine'
import { concat, linear, ShapeError } from '@flashworld/engine'
import type { Parameters } from '../parameters/spec.ts'
import { linearLayer } from '../parameters/spec.ts'
import { textRows } from '../umt5/config.ts'
import type { AttentionParams, TextKeys } from './attention.ts'
import { textKeys } from './attention.ts'
import type { WanTransformerConfig } from './config.ts'
import { transformerWidth } from './config.ts'

export function textParameters(config: WanTransformerConfig) {
  const width = transformerWidth(config)
  return {
    text_embedder: {
      linear_1: linearLayer(width, config.textWidth),
      linear_2: linearLayer(width, width),
    },
  }
}

type TextParams = Parameters<ReturnType<typeof textParameters>>

/**
 * A sentence as the blocks want it, computed once a scene. The rows past its end are all equal,
 * so one of them stands for all, with its count.
 */
export interface TextContext {
  /** Keys and values of each block. */
  readonly blocks: readonly TextKeys[]
  /** How many rows the last one stands for. */
  readonly lastKeyCount: number
}

/** What of the transformer reads the text. */
interface TextReader {
  readonly config: WanTransformerConfig
  readonly params: {
    readonly condition_embedder: TextParams
    readonly blocks: readonly { readonly attn2: AttentionParams }[]
  }
}

/**
 * @param embeds the text encoder's rows of the sentence `[S, textWidth]`, at most 512
 * @throws ShapeError
 */
export function textContext(
  engine: Engine,
  { config, params }: TextReader,
  embeds: Tensor,
): TextContext {
  const length = embeds.shape[0]!
  if (embeds.shape.length !== 2 || embeds.shape[1] !== config.textWidth || length > textRows) {
    throw new ShapeError('textContext', `embeds[S <= ${textRows}, ${config.textWidth}]`, [embeds])
  }
  return engine.scope((engine) => {
    const context = embedText(engine, params.condition_embedder, embeds)
    return {
      blocks: params.blocks.map((p) => {
        const made = engine.scope((engine) => textKeys(engine, p.attn2, context, config))
        engine.unload(p)
        return made
      }),
      lastKeyCount: Math.max(1, textRows - length),
    }
  })
}

/** `[S, textWidth]` to `[S + 1, width]`, the last row being that of the padding; none when S is 512. */
export function embedText(engine: Engine, p: TextParams, embeds: Tensor): Tensor {
  const { linear_1, linear_2 } = p.text_embedder
  const [length, width] = embeds.shape as [number, number]
  const padded = length < textRows ? concat(engine, [embeds, engine.zeros([1, width])], 0) : embeds
  const hidden = linear(engine, padded, linear_1.weight, {
    bias: linear_1.bias,
    activation: 'gelu',
    dtype: engine.half,
  })
  return linear(engine, hidden, linear_2.weight, { bias: linear_2.bias })
}
