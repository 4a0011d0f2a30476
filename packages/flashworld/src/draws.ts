import type { Engine, Tensor } from '@flashworld/engine'
import { noise } from '@flashworld/engine'

/**
 * The random numbers of one generation, in the order in which the sampler asks: the photograph's posterior (if there
 * is one), the initial noise, then for each step but the last the renders' posterior and the noise added back.
 * All are standard normal, `[frames, h, w, Z]`, f32.
 */
export interface Draws {
  posterior(engine: Engine, shape: readonly number[]): Tensor
  noise(engine: Engine, shape: readonly number[]): Tensor
}

/** Draws from a seed's streams, one after the other. */
export function seededDraws(seed: number): Draws {
  let stream = 0
  const next = (engine: Engine, shape: readonly number[]) =>
    noise(engine, { seed, stream: stream++, shape })
  return { posterior: next, noise: next }
}
