import { describe, expect, it } from 'vitest'

import { randomCloud } from '../test/clouds.ts'
import { subsetGaussians } from './gaussians.ts'
import { keepMostImportant, TIERS } from './tiers.ts'

describe('keepMostImportant', () => {
  const cloud = randomCloud(6)
  const contributions = Float32Array.of(3, 1, NaN, 3, 0, 3)

  it('keeps the largest in their order; of equals the first', () => {
    const kept = (limit: number) => keepMostImportant(cloud, contributions, limit)
    expect(kept(2)).toEqual(subsetGaussians(cloud, [0, 3]))
    expect(kept(4)).toEqual(subsetGaussians(cloud, [0, 1, 3, 5]))
    expect(kept(5)).toEqual(subsetGaussians(cloud, [0, 1, 3, 4, 5]))
    expect(kept(0).count).toBe(0)
    expect(kept(TIERS.full)).toBe(cloud)
    expect(kept(TIERS['100k'])).toBe(cloud)
  })

  it('refuses another number of contributions', () => {
    expect(() => keepMostImportant(cloud, new Float32Array(5), 1)).toThrow(
      /\[6\] contributions, got 5/,
    )
  })
})
