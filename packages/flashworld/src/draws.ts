import { createNoise } from '@flashworld/engine'

/**
 * The random numbers of one generation, in the order in which the sampler asks: the photograph's posterior (if there
 * is one), the initial noise, then for each step but the last the renders' posterior and the noise added back.
 * All are standard normal, `[frames, h, w, Z]`.
 */
export interface Draws {
  posterior(shape: readonly number[]): Promise<Float32Array>
  noise(shape: readonly number[]): Promise<Float32Array>
}

/** Numbers drawn between two turns: some 5 ms of a processor, less than a GPU's work in hand. */
const numbersAtOnce = 65_536

/** Draws from one seeded stream, in pieces: who asks early has the numbers drawn while the device works. */
export function seededDraws(seed: number): Draws {
  const noise = createNoise(seed)
  const next = async (shape: readonly number[]) => {
    const drawing = noise.start(shape.reduce((n, d) => n * d, 1))
    while (!drawing.advance(numbersAtOnce)) await new Promise((resolve) => setTimeout(resolve, 0))
    return drawing.values
  }
  return { posterior: next, noise: next }
}
