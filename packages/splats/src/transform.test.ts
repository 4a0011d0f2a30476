import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import type { Mat3 } from '@flashworld/math'
import { quatToMat3 } from '@flashworld/math'
import { maxDifference, maxRotationGap, randomCloud } from '../test/clouds.ts'
import { covariance } from '../test/covariance.ts'
import type { Axes } from './axes.ts'
import { axesMatrix, isAxes, parseAxes, TARGET_AXES } from './axes.ts'
import type { Gaussians } from './gaussians.ts'
import { shBasis } from './rotate-sh.ts'
import type { Similarity } from './transform.ts'
import { axesChange, transformGaussians } from './transform.ts'

const ALL_AXES = [...'RLUDFB']
  .flatMap((a) => [...'RLUDFB'].flatMap((b) => [...'RLUDFB'].map((c) => a + b + c)))
  .filter(isAxes)

function times(m: Mat3, v: ArrayLike<number>): number[] {
  return [0, 1, 2].map((i) => m[i * 3]! * v[0]! + m[i * 3 + 1]! * v[1]! + m[i * 3 + 2]! * v[2]!)
}

function color({ sh, shDegree }: Gaussians, i: number, direction: ArrayLike<number>): number[] {
  const basis = shBasis(direction[0]!, direction[1]!, direction[2]!)
  const size = (shDegree + 1) ** 2
  return [0, 1, 2].map((channel) =>
    basis.slice(0, size).reduce((sum, y, k) => sum + y * sh[(i * size + k) * 3 + channel]!, 0),
  )
}

/** Compares a moved cloud with the definition: points, M S M^T, and colours seen from M d. */
function checkMoved(cloud: Gaussians, { matrix, scale, translation }: Required<Similarity>): void {
  const moved = transformGaussians(cloud, { matrix, scale, translation })
  for (let i = 0; i < cloud.count; i++) {
    const point = times(matrix, cloud.positions.subarray(i * 3)).map(
      (v, j) => v * scale + translation[j]!,
    )
    // Single precision of numbers up to 100.
    expect(maxDifference(moved.positions.subarray(i * 3, i * 3 + 3), point)).toBeLessThan(2e-5)
    const before = covariance(cloud, i)
    const rows = [0, 3, 6].map((at) => times(matrix, before.slice(at, at + 3)))
    const after = [0, 1, 2].flatMap((a) =>
      [0, 1, 2].map(
        (b) =>
          scale ** 2 *
          times(
            matrix,
            rows.map((row) => row[b]!),
          )[a]!,
      ),
    )
    // Scales reach 0.4 * 3; quaternions are single precision.
    expect(maxDifference(covariance(moved, i), after)).toBeLessThan(2e-6)
    for (const direction of [
      [1, 0, 0],
      [0.6, 0, -0.8],
      [1 / 3, -2 / 3, 2 / 3],
    ]) {
      const seen = color(moved, i, times(matrix, direction))
      // 16 single-precision terms of size 1.
      expect(maxDifference(seen, color(cloud, i, direction))).toBeLessThan(3e-6)
    }
  }
  expect(moved.opacities).toEqual(cloud.opacities)
}

describe('transformGaussians', () => {
  it('moves points, covariances and colours as the definition says, in all 48 frames', () => {
    const cloud = randomCloud(3, { degree: 3 })
    expect(ALL_AXES.length).toBe(48)
    for (const axes of ALL_AXES) {
      checkMoved(cloud, { matrix: axesMatrix('RUB', axes), scale: 1, translation: [0, 0, 0] })
    }
  })

  it('does so for any rotation, mirror, scale and shift', () => {
    const part = fc.double({ min: -1, max: 1, noNaN: true })
    const quaternion = fc.tuple(part, part, part, part).filter((q) => Math.hypot(...q) > 0.1)
    const property = fc.property(
      quaternion,
      fc.constantFrom('RUB' as const, 'LUB' as const),
      fc.double({ min: 0.1, max: 3, noNaN: true }),
      fc.integer({ min: 0, max: 3 }),
      (q, mirror, scale, degree) => {
        const turn = quatToMat3(q)
        const flip = axesMatrix('RUB', mirror)
        const matrix = turn.map((value, i) => value * flip[(i % 3) * 4]!) as unknown as Mat3
        const cloud = randomCloud(2, { degree: degree as 0 | 1 | 2 | 3 })
        checkMoved(cloud, { matrix, scale, translation: [1, -2, 3] })
      },
    )
    fc.assert(property, { numRuns: 50, seed: 1 })
  })

  it('returns to the start through any frame, exactly but for rotations of SH', () => {
    const cloud = randomCloud(50, { degree: 3 })
    for (const axes of ALL_AXES) {
      const there = transformGaussians(cloud, axesChange('RUB', axes, 4))
      const back = transformGaussians(there, axesChange(axes, 'RUB', 1 / 4), there)
      expect(back.positions).toEqual(cloud.positions)
      expect(back.scales).toEqual(cloud.scales)
      expect(maxRotationGap(back.rotations, cloud.rotations)).toBeLessThan(1e-6)
      // Swapped axes mix the coefficients of a band; two single-precision roundings.
      expect(maxDifference(back.sh, cloud.sh)).toBeLessThan(5e-7)
    }
  })

  it('only changes signs of SH between RUB and RDF', () => {
    const cloud = randomCloud(1, { degree: 3 })
    const turned = transformGaussians(cloud, axesChange('RUB', 'RDF'))
    const signs = [1, -1, -1, 1, -1, 1, 1, -1, 1, -1, 1, -1, -1, 1, -1, 1]
    expect([...turned.sh]).toEqual([...cloud.sh].map((v, j) => v * signs[Math.floor(j / 3)]!))
  })

  it('refuses shears, zero scales and wrong sizes', () => {
    const cloud = randomCloud(1)
    expect(() => transformGaussians(cloud, { matrix: [1, 1, 0, 0, 1, 0, 0, 0, 1] })).toThrow(
      /orthogonal/,
    )
    expect(() => transformGaussians(cloud, { matrix: [NaN, 0, 0, 0, 1, 0, 0, 0, 1] })).toThrow(
      /orthogonal/,
    )
    expect(() => transformGaussians(cloud, { matrix: [1, 0, 0, 1] as unknown as Mat3 })).toThrow(
      /3 x 3/,
    )
    expect(() => transformGaussians(cloud, { scale: 0 })).toThrow(/scale > 0/)
  })
})

describe('shBasis', () => {
  it('has the constants and signs of 3D Gaussian Splatting', () => {
    const [x, y, z] = [0.36, 0.48, 0.8]
    const published = [
      0.28209479177387814,
      -0.4886025119029199 * y,
      0.4886025119029199 * z,
      -0.4886025119029199 * x,
      1.0925484305920792 * x * y,
      -1.0925484305920792 * y * z,
      0.31539156525252005 * (2 * z * z - x * x - y * y),
      -1.0925484305920792 * x * z,
      0.5462742152960396 * (x * x - y * y),
      -0.5900435899266435 * y * (3 * x * x - y * y),
      2.890611442640554 * x * y * z,
      -0.4570457994644658 * y * (4 * z * z - x * x - y * y),
      0.3731763325901154 * z * (2 * z * z - 3 * x * x - 3 * y * y),
      -0.4570457994644658 * x * (4 * z * z - x * x - y * y),
      1.445305721320277 * z * (x * x - y * y),
      -0.5900435899266435 * x * (x * x - 3 * y * y),
    ]
    expect(maxDifference(shBasis(x, y, z), published)).toBeLessThan(1e-15)
  })
})

describe('axes', () => {
  it('reads frames and targets', () => {
    expect(parseAxes('rdf')).toBe('RDF')
    expect(parseAxes('Blender')).toBe('RFU')
    for (const bad of ['', 'RRB', 'RUBB', 'XYZ', 'toString']) {
      expect(() => parseAxes(bad)).toThrow(/expected three letters/)
    }
  })

  it('sends right, up and back where each target has them', () => {
    const up = (axes: Axes) => times(axesMatrix('RUB', axes), [0, 1, 0])
    expect(up(TARGET_AXES.blender)).toEqual([0, 0, 1])
    expect(up(TARGET_AXES.unreal)).toEqual([0, 0, 1])
    expect(up(TARGET_AXES.unity)).toEqual([0, 1, 0])
    // SuperSplat then turns by 180 degrees about z: upright again, and x as it was.
    expect(times(axesMatrix('RUB', TARGET_AXES.supersplat), [1, 2, 3])).toEqual([-1, -2, 3])
  })
})
