import { lensFromFov } from '@flashworld/camera'
import type { Gaussians } from '@flashworld/splats'
import { allocateGaussians, SH_C0 } from '@flashworld/splats'
import { describe, expect, test } from 'vitest'
import { blockOut } from './block-out.ts'
import { depthsOf } from './depths.ts'
import { withoutFringes } from './fringes.ts'
import { painted } from './paint.ts'
import type { Depths, Pixels } from './upsample.ts'
import { despeckled, filled, upsampled, weightedMedian } from './upsample.ts'

/** A red disc, 1 away, before a blue wall, 3 away; the picture has its edge sharply. */
const isDisc = (u: number, v: number) => Math.hypot(u - 0.45, v - 0.5) < 0.22
const size = { width: 120, height: 120 }
const coarseSize = { width: 20, height: 20 }
const at = (i: number, { width, height }: Pick<Depths, 'width' | 'height'>) =>
  [((i % width) + 0.5) / width, (Math.floor(i / width) + 0.5) / height] as const

const picture: Pixels = {
  ...size,
  rgba: Uint8ClampedArray.from({ length: 120 * 120 * 4 }, (_, k) => {
    const color = isDisc(...at(k >> 2, size)) ? [220, 40, 30, 255] : [40, 60, 200, 255]
    return color[k & 3]! + ((k * 7) % 9) - 4
  }),
}
const truth = Float32Array.from({ length: 120 * 120 }, (_, i) => (isDisc(...at(i, size)) ? 1 : 3))

/** As a model guesses it: coarse, at the edge a mean of both sides, and moved by a coarse pixel. */
const guessed = (shift = 0): Depths => ({
  ...coarseSize,
  depth: Float32Array.from({ length: 400 }, (_, i) => {
    const [u, v] = at(i, coarseSize)
    let sum = 0
    for (let k = 0; k < 9; k++) {
      const off = (n: number) => ((n - 1) * 0.6) / 20
      sum += isDisc(u + off(k % 3) - shift, v + off(Math.floor(k / 3))) ? 1 : 3
    }
    return sum / 9
  }),
})

const wrong = ({ depth }: Depths) =>
  depth.filter((value, i) => Math.abs(value - truth[i]!) > 0.3).length / depth.length

describe('the depth of a photograph from a coarse guess', () => {
  test('takes the edges of the photograph', () => {
    const nearest = Float32Array.from({ length: 120 * 120 }, (_, i) => {
      const [u, v] = at(i, size)
      return guessed().depth[Math.floor(v * 20) * 20 + Math.floor(u * 20)]!
    })
    expect(wrong({ ...size, depth: nearest })).toBeGreaterThan(0.05)
    expect(wrong(upsampled(guessed(), picture))).toBeLessThan(0.003)
  })

  test('also where the guess is a coarse pixel beside it', () => {
    expect(wrong(upsampled(guessed(0.05), picture))).toBeLessThan(0.01)
  })

  test('puts nothing into the empty space between two things', () => {
    const { depth } = upsampled(guessed(), picture)
    const between = depth.filter((value) => value > 1.5 && value < 2.5).length
    expect(between / depth.length).toBeLessThan(0.001)
  })

  test('fills gaps from their edge, and a map that knows nothing', () => {
    const gap = { width: 4, height: 1, depth: Float32Array.of(2, 0, 0, 8) }
    expect([...filled(gap).depth]).toEqual([2, 2, 8, 8])
    expect([...filled({ ...gap, depth: new Float32Array(4) }).depth]).toEqual([1, 1, 1, 1])
  })

  test('specks vanish, an edge stays where it is', () => {
    const depth = Float32Array.from({ length: 100 }, (_, i) => (i % 10 < 5 ? 1 : 3))
    const edge = { width: 10, height: 10, depth }
    const specked = { ...edge, depth: depth.map((value, i) => (i === 22 || i === 77 ? 9 : value)) }
    expect([...despeckled(specked).depth]).toEqual([...depth])
  })

  test('the median counts weights, not values', () => {
    const of = (values: number[], weights: number[]) =>
      weightedMedian(Float32Array.from(values), Float32Array.from(weights), values.length)
    expect(of([3, 1, 2], [1, 1, 1])).toBe(2)
    expect(of([3, 1, 2], [5, 1, 1])).toBe(3)
  })
})

test('what lies before something reaches as far as its colour, over edges that are smeared', () => {
  // a dark disc before a bright sky; the depths end three pixels too early, the picture fades over two
  const radius = 0.25 * size.width
  const from = (i: number) => {
    const [u, v] = at(i, size)
    return Math.hypot(u - 0.5, v - 0.5) * size.width
  }
  const share = (i: number) => Math.min(1, Math.max(0, (radius + 1 - from(i)) / 2))
  const smeared: Pixels = {
    ...size,
    rgba: Uint8ClampedArray.from({ length: 120 * 120 * 4 }, (_, k) =>
      (k & 3) === 3 ? 255 : 230 - 190 * share(k >> 2),
    ),
  }
  const isOf = (r: number) =>
    Float32Array.from({ length: 120 * 120 }, (_, i) => (from(i) < r ? 1 : 3))
  const [right, early] = [isOf(radius), isOf(radius - 3)]
  const { depth } = withoutFringes({ ...size, depth: early }, smeared)
  const wrongPixels = (is: Float32Array) =>
    is.filter((value, i) => Math.abs(value - right[i]!) > 0.3).length
  expect(wrongPixels(early)).toBeGreaterThan(500)
  expect(wrongPixels(depth)).toBeLessThan(80)
  // what is right stays
  expect([...withoutFringes({ ...size, depth: truth }, picture).depth]).toEqual([...truth])
})

describe('a picture as Gaussians', () => {
  const lens = lensFromFov(size, 60)

  test('stands before its camera, in its colours, closed', () => {
    const cloud = painted(picture, { ...size, depth: truth }, lens)
    expect(cloud.count).toBe(120 * 120)
    const i = 60 * 120 + 30
    const [x, y, z] = cloud.positions.subarray(i * 3, i * 3 + 3)
    expect(z).toBeCloseTo(-truth[i]!, 6)
    // back to its pixel
    expect((lens.cx - (lens.fx * x!) / z!) * 120).toBeCloseTo(30.5, 3)
    expect((lens.cy + (lens.fy * y!) / z!) * 120).toBeCloseTo(60.5, 3)
    expect((0.5 + SH_C0 * cloud.sh[i * 3]!) * 255).toBeCloseTo(picture.rgba[i * 4]!, 3)
    const step = truth[i]! / (lens.fx * 120)
    expect(cloud.scales[i * 3]! / step).toBeGreaterThan(0.5)
    expect(cloud.scales[i * 3]! / step).toBeLessThan(0.7)
  })

  test('lies on slanting ground, and does not stretch over an edge', () => {
    const ground = Float32Array.from({ length: 120 * 120 }, (_, i) => {
      const v = at(i, size)[1]
      return v > 0.6 ? (0.5 * lens.fy) / (v - 0.5) : 6
    })
    const { rotations, scales } = painted(picture, { ...size, depth: ground }, lens)
    const i = 110 * 120 + 60
    const [w, x, y, z] = rotations.subarray(i * 4, i * 4 + 4)
    // the thin axis is the vertical
    expect(Math.abs(2 * (y! * z! - w! * x!))).toBeGreaterThan(0.999)
    expect(Math.abs(w! ** 2 - x! ** 2 + y! ** 2 - z! ** 2 - 0)).toBeLessThan(1.001)
    const edge = 71 * 120 + 60
    expect(Math.max(...scales.subarray(edge * 3, edge * 3 + 3))).toBeLessThan(0.2)
  })
})

test('a cloud is as far away as its nearest surface, from the plane of the camera', () => {
  const cloud = allocateGaussians(2, 0)
  cloud.positions.set([0, 0, -2, 0.9, 0, -4])
  cloud.scales.set([0.3, 0.3, 0.01, 0.3, 0.3, 0.01])
  cloud.rotations.set([1, 0, 0, 0, 1, 0, 0, 0])
  cloud.opacities.fill(0.95)
  const coarse = { width: 9, height: 9 }
  const { depth } = depthsOf(cloud, lensFromFov(coarse, 60), coarse)
  expect(depth[4 * 9 + 4]).toBeCloseTo(2, 3)
  expect(depth[4 * 9 + 6]).toBeCloseTo(4, 2)
  expect(depth[0]).toBe(0)
})

describe('blocked out', () => {
  const lens = lensFromFov(size, 60)
  const one = (...places: (readonly [number, number, number])[]): Gaussians => {
    const cloud = allocateGaussians(places.length, 2)
    places.forEach((place, i) => {
      cloud.positions.set(place, i * 3)
      cloud.rotations.set([1, 0, 0, 0], i * 4)
      cloud.scales.set([0.01, 0.01, 0.01], i * 3)
    })
    return cloud
  }

  test('keeps of the guess what the photograph hides or does not show, its subject 1 away', () => {
    const guess = one([0.7, 0, -2], [0, 0, -4], [9, 0, -2], [0, 0, 1])
    const world = blockOut({ picture, lens, guess, depths: guessed() })
    expect(world.count).toBe(120 * 120 + 3)
    expect(world.shDegree).toBe(0)
    const kept = [...world.positions.subarray(120 * 120 * 3)]
    expect(kept).toEqual([0, 0, -4, 9, 0, -2, 0, 0, 1].map((v) => expect.closeTo(v / 3, 5)))
    expect(world.positions[2]).toBeCloseTo(-1, 5)
    expect(world.scales.at(-1)).toBeCloseTo(0.01 / 3, 6)
  })
})
