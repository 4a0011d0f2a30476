import type { Engine, Tensor } from '@flashworld/engine'
import { affine } from '@flashworld/engine'
import type { WanVaeConfig } from './config.ts'

/** Mean and deviation of each latent channel, as the two maps they are used for; all `[Z]`, f32. */
export interface LatentStatistics {
  readonly normalize: { readonly scale: Tensor; readonly shift: Tensor }
  readonly restore: { readonly scale: Tensor; readonly shift: Tensor }
}

export function latentStatistics(engine: Engine, config: WanVaeConfig): LatentStatistics {
  const { latentMean: mean, latentStd: std } = config
  const vector = (values: readonly number[]) =>
    engine.upload(Float32Array.from(values), [values.length])
  return {
    normalize: {
      scale: vector(std.map((s) => 1 / s)),
      shift: vector(mean.map((m, i) => -m / std[i]!)),
    },
    restore: { scale: vector(std), shift: vector(mean) },
  }
}

/** What the autoencoder has as latents `[…, Z]`, as the transformer wants them: (z - mean) / std. */
export const normalizeLatents = (engine: Engine, statistics: LatentStatistics, z: Tensor): Tensor =>
  affine(engine, z, statistics.normalize.scale, statistics.normalize.shift)

/** The inverse: z * std + mean. */
export const restoreLatents = (engine: Engine, statistics: LatentStatistics, z: Tensor): Tensor =>
  affine(engine, z, statistics.restore.scale, statistics.restore.shift)
