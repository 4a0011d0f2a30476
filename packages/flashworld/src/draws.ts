import { createNoise } from '@flashworld/engine'

/**
 * The random numbers of one generation, in the order in which the sampler asks: the photograph's posterior (if there
 * is one), the initial noise, then after each step but the last the renders' posterior and the noise added back.
 * All are standard normal, `[frames, h, w, Z]`.
 */
export interface Draws {
  posterior(shape: readonly number[]): Promise<Float32Array>
  noise(shape: readonly number[]): Promise<Float32Array>
}

/** Draws from one seeded stream. */
export function seededDraws(seed: number): Draws {
  const noise = createNoise(seed)
  const next = (shape: readonly number[]) =>
    Promise.resolve(noise.normal(shape.reduce((n, d) => n * d, 1)))
  return { posterior: next, noise: next }
}
