import type { Engine, Tensor } from '@flashworld/engine'
import { layerNorm } from '@flashworld/engine'
import { project } from '../parameters/project.ts'
import type { Parameters } from '../parameters/spec.ts'
import { balancing, byteLinearLayer, normWeight, table } from '../parameters/spec.ts'
import type { Destination, TextKeys } from './attention.ts'
import { attentionParameters, crossAttention, selfAttention } from './attention.ts'
import type { WanTransformerConfig } from './config.ts'
import { transformerWidth } from './config.ts'
import type { RopeTables } from './rope.ts'
import { modulate, modulations } from './timestep.ts'

/** @param at their key */
export function blockParameters(config: WanTransformerConfig, at: string) {
  const width = transformerWidth(config)
  const hidden = { maker: `${at}.ffn.net.0.proj.weight`, reader: `${at}.ffn.net.2.weight` }
  return {
    scale_shift_table: table([modulations, width], width ** -0.5),
    attn1: attentionParameters(config, `${at}.attn1`),
    norm2: { weight: normWeight(width), bias: table([width]) },
    attn2: attentionParameters(config, `${at}.attn2`),
    ffn: {
      net: {
        0: { proj: byteLinearLayer(config.ffn, width) },
        2: byteLinearLayer(width, config.ffn, { ...hidden, part: 'reader' }),
      },
      // behind the gelu, which knows no factors
      balance: balancing(config.ffn, { ...hidden, part: 'factors' }),
    },
  }
}

export type BlockParams = Parameters<ReturnType<typeof blockParameters>>

export interface BlockContext {
  readonly config: WanTransformerConfig
  readonly rope: RopeTables
  /** This block's keys and values of the text. */
  readonly text: TextKeys
  readonly lastKeyCount: number
  /** The timestep's projection `[6, width]`. */
  readonly time: Tensor
}

/** One block. The stream `x` `[L, width]` is f32; what is normed goes on in the engine's half type. */
export function block(engine: Engine, p: BlockParams, x: Tensor, context: BlockContext): Tensor {
  const eps = context.config.eps
  const dtype = engine.half
  const [shift1, scale1, gate1, shift2, scale2, gate2] = modulate(
    engine,
    p.scale_shift_table,
    context.time,
  )
  const n1 = layerNorm(engine, x, { eps, scale: scale1, shift: shift1, dtype })
  const x1 = selfAttention(engine, p.attn1, n1, { ...context, into: { residual: x, gate: gate1 } })
  const n2 = layerNorm(engine, x1, { eps, ...p.norm2, dtype })
  const x2 = crossAttention(engine, p.attn2, n2, { ...context, into: { residual: x1 } })
  const n3 = layerNorm(engine, x2, { eps, scale: scale2, shift: shift2, dtype })
  return feedForward(engine, p.ffn, n3, { residual: x2, gate: gate2 })
}

/** `[L, width]` to the same. */
export function feedForward(
  engine: Engine,
  p: BlockParams['ffn'],
  x: Tensor,
  into?: Destination,
): Tensor {
  const [up, down] = [p.net[0].proj, p.net[2]]
  const hidden = project(engine, x, up, { activation: 'gelu', gate: p.balance })
  return project(engine, hidden, down, { ...into, dtype: into?.residual.dtype })
}
