import type { TensorSpec } from '../../tensor.ts'
import { checkSeed } from '../../random.ts'

export interface NoiseArgs {
  /** An integer from 0 to 2^53 - 1. */
  readonly seed: number
  /** Which of the seed's streams, from 0. */
  readonly stream: number
  readonly shape: readonly number[]
}

/** @throws RangeError */
export function noiseOutput({ seed, stream, shape }: NoiseArgs): TensorSpec {
  checkSeed(seed)
  if (!Number.isInteger(stream) || stream < 0 || stream >= 2 ** 32)
    throw new RangeError(`noise: expected a stream from 0 to 2^32 - 1, got ${stream}`)
  return { shape, dtype: 'f32' }
}
