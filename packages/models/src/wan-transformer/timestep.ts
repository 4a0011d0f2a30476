import type { Engine, Tensor } from '@flashworld/engine'
import { activation, blend, linear, reshape, slice } from '@flashworld/engine'
import type { Layer, Parameters } from '../parameters/spec.ts'
import { linearLayer } from '../parameters/spec.ts'
import type { WanTransformerConfig } from './config.ts'
import { transformerWidth } from './config.ts'

/** Numbers that a timestep gives each block: shift, scale and gate of attention, then of the feed-forward. */
export const modulations = 6

export function timeParameters(config: WanTransformerConfig) {
  const width = transformerWidth(config)
  return {
    time_embedder: {
      linear_1: linearLayer(width, config.frequencies),
      linear_2: linearLayer(width, width),
    },
    time_proj: linearLayer(modulations * width, width),
  }
}

type TimeParams = Parameters<ReturnType<typeof timeParameters>>

/** What a timestep is to the blocks and to the head; f32. */
export interface TimeEmbedding {
  /** `[1, width]` */
  readonly embedding: Tensor
  /** `[6, width]` */
  readonly projection: Tensor
}

/** @param timestep 1000 sigma */
export function embedTimestep(engine: Engine, p: TimeParams, timestep: number): TimeEmbedding {
  const { linear_1, linear_2 } = p.time_embedder
  const wave = sinusoid(timestep, linear_1.weight.shape[1]!)
  const x = engine.upload(wave, [1, wave.length])
  const hidden = layer(engine, linear_1, x, 'silu')
  const embedding = layer(engine, linear_2, hidden)
  const projection = layer(engine, p.time_proj, activation(engine, embedding, 'silu'))
  return { embedding, projection: reshape(projection, [modulations, -1]) }
}

const layer = (engine: Engine, { weight, bias }: Layer, x: Tensor, activation?: 'silu') =>
  linear(engine, x, weight, { bias, activation })

/** `count` numbers: cosines of t times frequencies from 1 down to nearly 1/10000, then their sines. */
function sinusoid(timestep: number, count: number): Float32Array {
  const half = count / 2
  return Float32Array.from({ length: count }, (_, i) => {
    const angle = timestep * Math.exp((-Math.log(10000) * (i % half)) / half)
    return i < half ? Math.cos(angle) : Math.sin(angle)
  })
}

/** The rows of `table + projection`, each `[1, width]`. */
export function modulate(engine: Engine, table: Tensor, projection: Tensor): Tensor[] {
  const sum = blend(engine, table, projection, { a: 1, b: 1 })
  return Array.from({ length: table.shape[0]! }, (_, row) => slice(engine, sum, 0, row, row + 1))
}
