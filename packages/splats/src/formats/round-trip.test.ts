import { zstdCompressSync } from 'node:zlib'

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { collect, maxDifference, maxRotationGap, randomCloud } from '../../test/clouds.ts'
import type { Axes } from '../axes.ts'
import type { Gaussians, ShDegree } from '../gaussians.ts'
import { allocateGaussians } from '../gaussians.ts'
import { transformGaussians } from '../transform.ts'
import { readPly } from './ply/read.ts'
import { writePly } from './ply/write.ts'
import { readSplat } from './splat/read.ts'
import { writeSplat } from './splat/write.ts'
import { readSpz } from './spz/read.ts'
import type { SpzWriteOptions } from './spz/write.ts'
import { writeSpz } from './spz/write.ts'

const AXES: Axes[] = ['RUB', 'RDF', 'LUF', 'RFU', 'FRU', 'BUL']

const cases = fc.record({
  count: fc.constantFrom(0, 1, 2, 300),
  degree: fc.constantFrom<ShDegree>(0, 1, 2, 3),
  axes: fc.constantFrom(...AXES),
  seed: fc.nat(),
})

/** Largest relative difference; 0 against 0 is none. */
function maxRatio(a: Float32Array, b: Float32Array): number {
  return a.reduce(
    (worst, value, i) => {
      const gap = Math.abs(value - b[i]!)
      return gap === 0 ? worst : Math.max(worst, gap / Math.max(Math.abs(value), Math.abs(b[i]!)))
    },
    a.length === b.length ? 0 : Infinity,
  )
}

function softened(cloud: Gaussians): Gaussians {
  return { ...cloud, sh: cloud.sh.map((value) => value / 3) }
}

const RUNS = { numRuns: 40, seed: 7 }

describe('PLY', () => {
  it('returns the cloud to single precision, in any frame, padded or not', async () => {
    const property = fc.asyncProperty(cases, fc.boolean(), async ({ axes, ...c }, compat) => {
      const cloud = randomCloud(c.count, c)
      const file = await readPly(await collect(writePly(cloud, { axes, compat })))
      const { gaussians, dropped } = file
      expect([file.axes, dropped, gaussians.count]).toEqual([axes, 0, cloud.count])
      expect(gaussians.positions).toEqual(cloud.positions)
      // Logits up to 17 and logarithms up to 7 in single precision: 2^-20 and 2^-22.
      expect(maxDifference(gaussians.opacities, cloud.opacities)).toBeLessThan(5e-7)
      expect(maxRatio(gaussians.scales, cloud.scales)).toBeLessThan(5e-7)
      expect(maxRotationGap(gaussians.rotations, cloud.rotations)).toBeLessThan(1e-6)
      const stored = (cloud.shDegree + 1) ** 2 * 3
      const read = (gaussians.shDegree + 1) ** 2 * 3
      expect(read).toBe(compat ? 48 : stored)
      const kept = gaussians.sh.filter((_, j) => j % read < stored)
      // Frames with swapped axes mix coefficients, once out and once back.
      expect(maxDifference(kept, cloud.sh)).toBeLessThan(1e-6)
      expect(gaussians.sh.every((value, j) => j % read < stored || value === 0)).toBe(true)
    })
    await fc.assert(property, RUNS)
  })

  it('returns extreme values', async () => {
    const cloud = randomCloud(4)
    cloud.positions.set([1e38, -1e-38, 0])
    cloud.opacities.set([0, 1, 1e-12, 1 - 2 ** -24])
    cloud.scales.set([0, 1e-30, 1e30, 3e38])
    cloud.rotations.set([-1, 0, 0, 0])
    const { gaussians, dropped } = await readPly(await collect(writePly(cloud)))
    expect(dropped).toBe(0)
    expect(gaussians.positions).toEqual(cloud.positions)
    expect(maxDifference(gaussians.opacities, cloud.opacities)).toBeLessThan(1e-7)
    expect(gaussians.opacities[1]).toBe(1)
    // Logarithms up to 88: single precision has 2^-18 there. 0 is written as e^-80.
    expect(maxRatio(gaussians.scales.subarray(1), cloud.scales.subarray(1))).toBeLessThan(5e-6)
    expect(gaussians.scales[0]).toBeLessThan(1e-34)
  })
})

/** SPZ's steps: half of one is the largest error. */
function expectSpzClose(read: Gaussians, cloud: Gaussians, positionStep: number): void {
  expect(read.count).toBe(cloud.count)
  expect(maxDifference(read.positions, cloud.positions)).toBeLessThanOrEqual(positionStep / 2)
  expect(maxDifference(read.opacities, cloud.opacities)).toBeLessThanOrEqual(0.5001 / 255)
  expect(maxRatio(read.scales, cloud.scales)).toBeLessThanOrEqual(0.5001 / 16)
  // Three components within half of 1/(511 sqrt 2) each: 1 - dot is about half the square sum,
  // three times as much where the largest component takes up their errors.
  expect(maxRotationGap(read.rotations, cloud.rotations)).toBeLessThan(6e-6)
  const stride = (cloud.shDegree + 1) ** 2 * 3
  const worst = [0, 0, 0]
  cloud.sh.forEach((value, j) => {
    const band = j % stride < 3 ? 0 : j % stride < 12 ? 1 : 2
    worst[band] = Math.max(worst[band]!, Math.abs(value - read.sh[j]!))
  })
  // Rounded to 1/128 and then to 8/128 or 16/128.
  const steps = [1 / (255 * 0.15), 9 / 128, 17 / 128]
  worst.forEach((gap, band) => expect(gap).toBeLessThanOrEqual(steps[band]! * 0.5001))
}

describe('SPZ', () => {
  const variants: SpzWriteOptions[] = [
    { version: 3 },
    { version: 4 },
    { version: 4, zstd: zstdCompressSync },
  ]

  it.each(variants)('returns the cloud within half a step (%o)', async (options) => {
    const property = fc.asyncProperty(cases, async ({ axes, ...c }) => {
      const cloud = softened(randomCloud(c.count, c))
      const bytes = await collect(writeSpz(cloud, { ...options, axes: 'RUB' }))
      const { gaussians, dropped } = await readSpz(bytes)
      expect(dropped).toBe(0)
      expectSpzClose(gaussians, cloud, 2 ** -14)
      // In another frame: the file says so (v4), or the reader is told.
      const turned = await readSpz(await collect(writeSpz(cloud, { ...options, axes })), { axes })
      expect(turned.axes).toBe(axes)
      expect(maxDifference(turned.gaussians.positions, cloud.positions)).toBeLessThanOrEqual(
        2 ** -15,
      )
      expect(maxRotationGap(turned.gaussians.rotations, cloud.rotations)).toBeLessThan(6e-6)
    })
    await fc.assert(property, RUNS)
  })

  it('reads versions 3 and 4 to the same numbers', async () => {
    const cloud = randomCloud(200, { degree: 3 })
    const three = await readSpz(await collect(writeSpz(cloud)))
    expect(await readSpz(await collect(writeSpz(cloud, { version: 4 })))).toEqual(three)
  })

  it('spends fewer fractional bits on larger scenes, and keeps directions beyond the range', async () => {
    for (const [reach, step] of [
      [400, 2 ** -14],
      [1000, 2 ** -13],
      [5000, 2 ** -10],
    ] as const) {
      const cloud = softened(randomCloud(100, { reach }))
      const { gaussians } = await readSpz(await collect(writeSpz(cloud)))
      expectSpzClose(gaussians, cloud, step)
    }
  })

  it('draws a few very far Gaussians in, keeps their directions and sizes as seen, and says so', async () => {
    const far = softened(randomCloud(200))
    far.positions.set([1e6, -2e6, 5e5])
    far.scales.fill(1e4, 0, 3)
    const notes: string[] = []
    const onNote = (note: string) => void notes.push(note)
    const { gaussians } = await readSpz(await collect(writeSpz(far, { onNote })))
    expect(notes).toContainEqual(expect.stringMatching(/^1 Gaussians farther away than \d+ were/))
    const [x, y, z] = gaussians.positions
    expect([x! / y!, z! / y!]).toEqual([expect.closeTo(-0.5, 5), expect.closeTo(-0.25, 5)])
    // As far as the scale's step goes, it keeps its size as seen from the origin.
    expect(gaussians.scales[0]! / -y!).toBeGreaterThan((1e4 / 2e6) * 0.96)
    expect(gaussians.scales[0]! / -y!).toBeLessThan((1e4 / 2e6) * 1.04)
    expect(maxDifference(gaussians.positions.slice(3), far.positions.slice(3))).toBeLessThan(2e-2)
  })

  it('refuses a scene too far out for the sizes of its Gaussians, and says what would fit', async () => {
    const far = softened(randomCloud(100))
    for (let j = 0; j < 300; j += 3) far.positions[j]! += 1e6
    const writing = collect(writeSpz(far))
    await expect(writing).rejects.toMatchObject({ code: 'splats/too-large' })
    await expect(writing).rejects.toThrow(/within \d+ .* got 1000\d{3}.* moved to the origin/)
  })

  it('clamps what its bytes cannot hold', async () => {
    const cloud = allocateGaussians(2, 1)
    cloud.rotations.set([1, 0, 0, 0, 0, 0, 0, -1])
    cloud.scales.fill(0, 0, 3).fill(1e9, 3, 6)
    cloud.opacities.set([0, 1])
    cloud.sh.fill(-1e6, 0, 12).fill(1e6, 12, 24)
    const { gaussians } = await readSpz(await collect(writeSpz(cloud)))
    expect([...gaussians.opacities]).toEqual([0, 1])
    expect(gaussians.scales[0]).toBeCloseTo(Math.exp(-10), 8)
    expect(gaussians.scales[3]).toBeCloseTo(Math.exp(255 / 16 - 10), 2)
    expect(gaussians.sh[3]).toBe(-1)
    expect(gaussians.sh[15]).toBe(127 / 128)
    expect(maxRotationGap(gaussians.rotations, cloud.rotations)).toBe(0)
  })
})

describe('.splat', () => {
  it('returns centres and scales exactly, the rest within half a byte', async () => {
    const property = fc.asyncProperty(cases, async ({ axes, ...c }) => {
      const cloud = softened(randomCloud(c.count, c))
      const { gaussians } = await readSplat(await collect(writeSplat(cloud, { axes })), { axes })
      expect(gaussians.positions).toEqual(cloud.positions)
      expect(gaussians.scales).toEqual(cloud.scales)
      expect(maxDifference(gaussians.opacities, cloud.opacities)).toBeLessThanOrEqual(0.5001 / 255)
      // Four components within 1/256 (1/128 where 1 is clamped to 127/128), then normalised.
      expect(maxRotationGap(gaussians.rotations, cloud.rotations)).toBeLessThan(1e-4)
      const stride = (cloud.shDegree + 1) ** 2 * 3
      const constants = cloud.sh.filter((_, j) => j % stride < 3)
      // Half a byte over Y_0.
      expect(maxDifference(gaussians.sh, constants)).toBeLessThanOrEqual(0.5001 / 255 / 0.2820947)
    })
    await fc.assert(property, RUNS)
  })
})

describe('scale', () => {
  it('multiplies positions and scales of every format', async () => {
    const cloud = softened(randomCloud(50))
    const larger = transformGaussians(cloud, { scale: 2.5 })
    const pairs = [
      [writePly(cloud, { scale: 2.5 }), writePly(larger)],
      [writeSpz(cloud, { scale: 2.5 }), writeSpz(larger)],
      [writeSplat(cloud, { scale: 2.5 }), writeSplat(larger)],
    ] as const
    for (const [scaled, direct] of pairs)
      expect(await collect(scaled)).toEqual(await collect(direct))
    await expect(collect(writePly(cloud, { scale: -1 }))).rejects.toThrow(/scale > 0, got -1/)
  })

  it('is refused with arrays that disagree', async () => {
    const broken = { ...randomCloud(2), opacities: new Float32Array(3) }
    for (const write of [writePly, writeSpz, writeSplat]) {
      await expect(collect(write(broken))).rejects.toThrow(/opacities \[2, 1\], got 3/)
    }
  })
})
