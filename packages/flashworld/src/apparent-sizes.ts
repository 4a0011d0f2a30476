import type { Gaussians } from '@flashworld/splats'

/**
 * How much each Gaussian may cover, wherever it is seen from, `[N]`: its opacity times its two longer axes. What
 * `keepMostImportant` takes where no camera path says more.
 * @example
 * ```ts
 * import { apparentSizes } from 'flashworld'
 * import { keepMostImportant } from '@flashworld/splats'
 * import { readScene } from 'flashworld/node'
 *
 * const { gaussians } = await readScene('house.spz')
 * const few = keepMostImportant(gaussians, apparentSizes(gaussians), 1000)
 * ```
 */
export function apparentSizes({ count, opacities, scales }: Gaussians): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => {
    const [a, b, c] = [scales[i * 3]!, scales[i * 3 + 1]!, scales[i * 3 + 2]!]
    return opacities[i]! * Math.max(a * b, b * c, c * a)
  })
}
