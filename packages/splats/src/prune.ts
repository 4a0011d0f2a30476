import type { Gaussians } from './gaussians.ts'
import { subsetGaussians } from './gaussians.ts'

/** Opacity below which a Gaussian cannot show in 8 bits, whatever lies behind it. */
export const PRUNE_OPACITY = 0.00025

/**
 * Gaussians with opacity >= `threshold` (0 to 1), in order. NaN opacities go too.
 * @example
 * ```ts
 * import { pruneByOpacity } from '@flashworld/splats'
 * import { readScene } from 'flashworld/node'
 *
 * const { gaussians } = await readScene('house.spz')
 * console.log(pruneByOpacity(gaussians, 0.05).count, 'of', gaussians.count)
 * ```
 */
export function pruneByOpacity(gaussians: Gaussians, threshold = PRUNE_OPACITY): Gaussians {
  return selectGaussians(gaussians, (i) => gaussians.opacities[i]! >= threshold)
}

/**
 * Gaussians whose index passes `keep`, in order; the same object if all of them do.
 * @example
 * ```ts
 * import { selectGaussians } from '@flashworld/splats'
 * import { readScene } from 'flashworld/node'
 *
 * const { gaussians } = await readScene('house.spz')
 * const near = selectGaussians(gaussians, (i) => gaussians.positions[i * 3 + 2]! > -2)
 * ```
 */
export function selectGaussians(gaussians: Gaussians, keep: (i: number) => boolean): Gaussians {
  const indices = new Uint32Array(gaussians.count)
  let kept = 0
  for (let i = 0; i < gaussians.count; i++) {
    if (keep(i)) indices[kept++] = i
  }
  if (kept === gaussians.count) return gaussians
  return subsetGaussians(gaussians, indices.subarray(0, kept))
}
