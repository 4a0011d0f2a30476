import { describe, expect, it } from 'vitest'

import { randomCloud } from '../test/clouds.ts'
import {
  allocateGaussians,
  checkGaussians,
  concatGaussians,
  fromPacked,
  gaussianBounds,
  sliceGaussians,
  subsetGaussians,
  toPacked,
  withShDegree,
} from './gaussians.ts'
import { pruneByOpacity } from './prune.ts'
import { transformGaussians } from './transform.ts'
import { compactor, makeValid } from './validity.ts'

describe('packed layout', () => {
  it('puts xyz, opacity, scale, wxyz and SH where the model puts them', () => {
    const packed = Float32Array.from({ length: 76 }, (_, i) => i)
    const cloud = fromPacked(packed)
    expect([...cloud.positions]).toEqual([0, 1, 2, 38, 39, 40])
    expect([...cloud.opacities]).toEqual([3, 41])
    expect([...cloud.scales]).toEqual([4, 5, 6, 42, 43, 44])
    expect([...cloud.rotations.subarray(4)]).toEqual([45, 46, 47, 48])
    expect([...cloud.sh.subarray(27, 30)]).toEqual([49, 50, 51])
    expect(toPacked(cloud)).toEqual(packed)
  })

  it('refuses other lengths and degrees', () => {
    expect(() => fromPacked(new Float32Array(39))).toThrow(/expected \[N, 38\] floats, got 39/)
    expect(() => toPacked(allocateGaussians(1, 1))).toThrow(/SH degree 2, got 1/)
  })
})

describe('subset, slice, concat', () => {
  const cloud = randomCloud(10, { degree: 1 })

  it('joins what was cut', () => {
    const parts = [
      sliceGaussians(cloud, 0, 4),
      sliceGaussians(cloud, 4, 4),
      sliceGaussians(cloud, 4, 10),
    ]
    expect(concatGaussians(parts)).toEqual(cloud)
  })

  it('keeps that a scene is antialiased; joined with a classic one it is not', () => {
    const mip = { ...cloud, antialiased: true }
    const kept = [
      sliceGaussians(mip, 0, 2),
      subsetGaussians(mip, [1]),
      pruneByOpacity(mip, 0.5),
      transformGaussians(mip, { scale: 2 }),
      withShDegree(mip, 0),
      concatGaussians([mip, mip]),
    ]
    expect(kept.map(({ antialiased }) => antialiased)).toEqual(Array(6).fill(true))
    expect(concatGaussians([mip, cloud]).antialiased).toBeUndefined()
  })

  it('gathers by index', () => {
    const picked = subsetGaussians(cloud, [7, 2])
    expect(picked).toEqual(
      concatGaussians([sliceGaussians(cloud, 7, 8), sliceGaussians(cloud, 2, 3)]),
    )
  })

  it('refuses mixed degrees, and arrays that disagree', () => {
    expect(() => concatGaussians([cloud, randomCloud(1, { degree: 2 })])).toThrow(/one SH degree/)
    expect(() => concatGaussians([])).toThrow(/one SH degree/)
    expect(() => checkGaussians('test', { ...cloud, count: 9 })).toThrow(
      /positions \[9, 3\], got 30/,
    )
    expect(() => allocateGaussians(-1, 0)).toThrow(/whole count/)
  })
})

describe('bounds', () => {
  it('covers the finite centres', () => {
    const cloud = randomCloud(3)
    cloud.positions.set([1, 2, 3, -4, 5, 0, NaN, 100, 100])
    expect(gaussianBounds(cloud)).toEqual({ min: [-4, 2, 0], max: [1, 5, 3] })
    expect(gaussianBounds(allocateGaussians(0, 0))).toBeUndefined()
  })
})

describe('pruning', () => {
  it('keeps opacities at or above the threshold, in order', () => {
    const cloud = randomCloud(4)
    cloud.opacities.set([0.5, 0.1, NaN, 0.25])
    expect(pruneByOpacity(cloud, 0.25)).toEqual(subsetGaussians(cloud, [0, 3]))
    expect(pruneByOpacity(sliceGaussians(cloud, 0, 2)).count).toBe(2)
  })

  it('drops and counts what cannot be drawn', () => {
    const cloud = randomCloud(6)
    cloud.positions[0] = NaN
    cloud.scales[3] = Infinity
    cloud.rotations.fill(0, 8, 12)
    cloud.scales[9] = -1
    cloud.rotations.set([0, 3, 0, 0], 16)
    cloud.opacities[4] = 1.5
    cloud.sh[5 * 27 + 26] = NaN
    expect(makeValid(cloud)).toBe(1)
    const compact = compactor(cloud)
    compact.keepOf(0, 2)
    compact.keepOf(2, 6)
    const gaussians = compact.kept()
    expect(gaussians.count).toBe(1)
    expect([...gaussians.rotations]).toEqual([0, 1, 0, 0])
    expect([...gaussians.opacities]).toEqual([1])
  })
})
