import type { Gaussians } from './gaussians.ts'
import { selectGaussians } from './prune.ts'
import { SplatsError } from './splats-error.ts'

/** Sizes that viewers can draw: strong desktops, desktops, phones, embedded pages. */
export const TIERS = { full: Infinity, '2m': 2_000_000, '500k': 500_000, '100k': 100_000 } as const

/**
 * The `limit` Gaussians that contribute most, in their order; the same object if there are no
 * more than that. Ties at the edge go to the first ones.
 * @param contributions `[N]`, any unit; larger matters more, NaN least.
 * @throws {SplatsError} `splats/bad-argument` if `contributions` is not `[N]`
 * @example
 * ```ts
 * import { keepMostImportant, TIERS } from '@flashworld/splats'
 * import { apparentSizes } from 'flashworld'
 * import { readScene } from 'flashworld/node'
 *
 * const { gaussians } = await readScene('house.spz')
 * const forPhones = keepMostImportant(gaussians, apparentSizes(gaussians), TIERS['500k'])
 * ```
 */
export function keepMostImportant(
  gaussians: Gaussians,
  contributions: Float32Array,
  limit: number,
): Gaussians {
  const { count } = gaussians
  if (contributions.length !== count) {
    throw new SplatsError(
      'splats/bad-argument',
      `keepMostImportant: expected [${count}] contributions, got ${contributions.length}`,
    )
  }
  if (count <= limit) return gaussians
  const value = (i: number) => (Number.isNaN(contributions[i]) ? -Infinity : contributions[i]!)
  const sorted = Float32Array.from(contributions, (_, i) => value(i)).sort()
  const edge = sorted[count - Math.max(1, limit)]!
  let atEdge = limit
  for (let i = 0; i < count; i++) if (value(i) > edge) atEdge--
  return selectGaussians(gaussians, (i) => value(i) > edge || (value(i) === edge && atEdge-- > 0))
}
