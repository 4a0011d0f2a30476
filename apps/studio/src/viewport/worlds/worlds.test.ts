import type { Gaussians } from '@flashworld/splats'
import { allocateGaussians, concatGaussians, SH_C0 } from '@flashworld/splats'
import { describe, expect, test } from 'vitest'
import { depthAlong, thinned } from './depth.ts'
import { largest } from './largest.ts'
import { packWorld, placesFor } from './pack.ts'

/** A wall of flat Gaussians, `depth` ahead. */
function wall(depth: number, { perSide = 40, opacity = 0.9 } = {}): Gaussians {
  const cloud = allocateGaussians(perSide * perSide, 0)
  for (let i = 0; i < cloud.count; i++) {
    const place = (k: number) => ((k + 0.5) / perSide - 0.5) * 2
    cloud.positions.set([place(i % perSide), place(Math.floor(i / perSide)), -depth], i * 3)
    cloud.scales.set([1.5 / perSide, 1.5 / perSide, 0.001], i * 3)
    cloud.rotations.set([1, 0, 0, 0], i * 4)
    cloud.opacities[i] = opacity
  }
  return cloud
}

const ahead = { from: [0.013, 0.021, 0], along: [0, 0, -1] } as const

describe('how far away a world is', () => {
  test('the distance of a wall, along the ray', () => {
    expect(depthAlong(wall(2), ahead)).toBeCloseTo(2, 3)
    const slant = { from: [0, 0, 0], along: [0.28, 0, -0.96] } as const
    expect(depthAlong(wall(2), slant)).toBeCloseTo(2 / 0.96, 3)
  })

  test('the nearer of two walls, in whichever order they are stored', () => {
    for (const walls of [
      [wall(5), wall(2)],
      [wall(2), wall(5)],
    ])
      expect(depthAlong(concatGaussians(walls), ahead)).toBeCloseTo(2, 3)
  })

  test('null past it, behind it, and where it is a mist', () => {
    expect(depthAlong(wall(2), { ...ahead, along: [0.8, 0, -0.6] })).toBeNull()
    expect(depthAlong(wall(2), { ...ahead, along: [0, 0, 1] })).toBeNull()
    expect(depthAlong(wall(2, { opacity: 0.02 }), ahead)).toBeNull()
  })

  test('a large world is as far away as all of it', () => {
    const large = wall(2, { perSide: 501 })
    const few = thinned(large)
    expect(few.count).toBeLessThanOrEqual(250_000)
    expect(depthAlong(few, ahead)).toBeCloseTo(2, 2)
    expect(thinned(wall(2)).count).toBe(1600)
  })
})

test('a weak device draws those Gaussians that cover most', () => {
  const cloud = wall(2, { perSide: 2 })
  cloud.scales.set([0.5, 0.001, 0.5], 3)
  cloud.opacities[2] = 0.1
  const two = largest(cloud, 2)
  expect([...two.positions]).toEqual([
    ...cloud.positions.subarray(0, 3),
    ...cloud.positions.subarray(9, 12),
  ])
  expect(largest(cloud, 4)).toBe(cloud)
})

describe('the pack for Spark', () => {
  const cloud = wall(3, { perSide: 2 })
  cloud.sh.set([1, 0, -0.5])

  test('centres are floats, the rest halves', () => {
    const { count, extArrays, extra } = packWorld(cloud)
    expect(count).toBe(4)
    expect(extArrays.map(({ length }) => length)).toEqual([2048 * 4, 2048 * 4])
    expect([...new Float32Array(extArrays[0].buffer).subarray(4, 7)]).toEqual([0.5, -0.5, -3])
    expect(new Float16Array(extArrays[0].buffer)[6]).toBeCloseTo(0.9, 3)
    const halves = new Float16Array(extArrays[1].buffer)
    expect(halves[0]).toBeCloseTo(0.5 + SH_C0, 3)
    expect(halves[2]).toBeCloseTo(0.5 - 0.5 * SH_C0, 3)
    expect(halves[5]).toBeCloseTo(Math.log(0.001), 2)
    expect(extra).toEqual({})
  })

  test('more than a layer of rows is filled up to whole layers', () => {
    expect(placesFor(2048 * 2048)).toBe(2048 * 2048)
    expect(placesFor(2048 * 2048 + 1)).toBe(2 * 2048 * 2048)
    expect(placesFor(0)).toBe(2048)
  })

  test('harmonics keep their sign, and the largest of three is not cut', () => {
    const lit = allocateGaussians(1, 1)
    lit.rotations[0] = 1
    lit.sh.set([0.9, -0.31, 0.02], 3)
    const packed = packWorld(lit).extra.sh1![0]!
    const unit = 2 ** ((packed >>> 27) - 15) / 255
    const part = (k: number) =>
      ((packed >>> (8 * k)) & 255) * unit * ((packed >>> (24 + k)) & 1 ? -1 : 1)
    expect([0, 1, 2].map(part)).toEqual([0.9, -0.31, 0.02].map((v) => expect.closeTo(v, 2)))
  })
})
