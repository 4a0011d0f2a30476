import type { Umt5Config } from './config.ts'

/**
 * The bucket of each distance (key - query) of a sentence, from -(length - 1) to length - 1: half
 * of the buckets for either sign; of each half, the first half one a distance, the rest
 * logarithmic up to `maxDistance`.
 */
export function distanceBuckets(
  length: number,
  { distanceBuckets: count, maxDistance }: Umt5Config,
): number[] {
  const half = count / 2
  const exact = half / 2
  return Array.from({ length: 2 * length - 1 }, (_, i) => {
    const distance = i - (length - 1)
    const far = Math.abs(distance)
    const growth = Math.log(far / exact) / Math.log(maxDistance / exact)
    const bucket =
      far < exact ? far : Math.min(half - 1, exact + Math.floor(growth * (half - exact)))
    return (distance > 0 ? half : 0) + bucket
  })
}
