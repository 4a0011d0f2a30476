import { readFile } from 'node:fs/promises'

import { describe, expect, it } from 'vitest'

import type { AnyWriteOptions, SplatFile } from '../src/index.ts'
import { FORMATS, formatByName, readGaussians, readSpz } from '../src/index.ts'
import { collect, maxDifference } from './clouds.ts'
import { expectRefusal } from './throws.ts'

/** Files as people have them, after public reports; each stands for a kind of fault. */
async function read(name: string, options = {}): Promise<SplatFile> {
  const bytes = new Uint8Array(await readFile(new URL(`cases/${name}`, import.meta.url)))
  return readGaussians(bytes, { fileName: name, ...options })
}

/** A file of the format that a name stands for, and what was noted on the way. */
async function written(file: SplatFile, name: string, options: AnyWriteOptions = {}) {
  const notes: string[] = []
  const onNote = (note: string) => void notes.push(note)
  const bytes = await collect(formatByName(name).write!(file.gaussians, { ...options, onNote }))
  return { bytes, notes }
}

describe('antialiasing', () => {
  it.each(['mip.ply', 'aa.spz'])('%s is read as antialiased', async (name) => {
    const { gaussians, notes } = await read(name)
    expect(gaussians.antialiased).toBe(true)
    expect(notes).toEqual([])
  })

  it.each(['mip.ply', 'aa.spz'])('%s stays so in PLY, SPZ 3 and 4, and GLB', async (name) => {
    const file = await read(name)
    for (const [out, options] of [
      ['o.ply', {}],
      ['o.spz', {}],
      ['o.spz', { version: 4 }],
      ['o.glb', {}],
    ] as const) {
      const { bytes } = await written(file, out, options)
      expect((await readGaussians(bytes)).gaussians.antialiased).toBe(true)
    }
    const { bytes } = await written(file, 'o.ply')
    expect(new TextDecoder().decode(bytes)).toContain('comment SplatRenderMode: mip\n')
  })

  it('is named as lost where a format has no place for it', async () => {
    const file = await read('mip.ply')
    for (const { extensions, write } of FORMATS) {
      if (write === undefined || ['.ply', '.spz'].includes(extensions[0]!)) continue
      const { notes } = await written(file, `o${extensions[0]!}`)
      expect(notes).toContainEqual(expect.stringContaining('antialiased'))
    }
  })

  it('is not claimed of a classic scene', async () => {
    const file = await read('rgb3.ply')
    const { bytes, notes } = await written(file, 'o.spz')
    expect((await readSpz(bytes)).gaussians.antialiased).toBe(false)
    expect(notes).toEqual([])
  })
})

describe('positions', () => {
  it('geo10k.ply gets fewer fractional bits in SPZ, and its points stay apart', async () => {
    const file = await read('geo10k.ply')
    const { bytes, notes } = await written(file, 'o.spz')
    expect(notes).toEqual([expect.stringContaining('steps of 1/512')])
    const again = (await readSpz(bytes)).gaussians
    expect(maxDifference(again.positions, file.gaussians.positions)).toBeLessThanOrEqual(2 ** -10)
  })

  it('a frame that a file cannot name is written with a warning only', async () => {
    const file = await read('rgb3.ply')
    for (const [out, options, isNamed] of [
      ['o.spz', { axes: 'RDF' }, false],
      ['o.spz', { axes: 'RDF', version: 4 }, true],
      ['o.spz', { axes: 'FRU', version: 4 }, false],
      ['o.splat', { axes: 'RUB' }, false],
      ['o.glb', { axes: 'RDF' }, false],
      ['o.ply', { axes: 'RUB' }, true],
    ] as const) {
      const { bytes, notes } = await written(file, out, options)
      const warned = expect.stringMatching(`cannot name its axes: .* ${options.axes}`) as string
      expect(notes).toEqual(isNamed ? [] : [warned])
      const { gaussians } = await readGaussians(bytes, { fileName: out, axes: options.axes })
      expect(maxDifference(gaussians.positions, file.gaussians.positions)).toBeLessThan(1e-4)
      // unless it is told, a reader takes the file's own frame or the format's habit
      const untold = await readGaussians(bytes, { fileName: out })
      const gap = maxDifference(untold.gaussians.positions, file.gaussians.positions)
      expect(gap < 1e-4).toBe(isNamed)
    }
  })

  it('says so when told other axes than the file names', async () => {
    const { bytes } = await written(await read('rgb3.ply'), 'o.ply')
    const { axes, notes } = await readGaussians(bytes, { axes: 'RUB' })
    expect([axes, notes]).toEqual(['RDF', [expect.stringMatching(/names its axes, RDF.* RUB/)]])
  })
})

describe('PLY of other kinds', () => {
  it.each(['inf-ascii.ply', 'inf-bin.ply'])('%s: infinite logits and logarithms', async (name) => {
    const { gaussians, dropped } = await read(name)
    expect([gaussians.count, dropped]).toEqual([4, 0])
    const logistic = Math.fround(1 / (1 + Math.exp(-3)))
    expect([...gaussians.opacities]).toEqual([1, logistic, 0, logistic])
    expect(gaussians.scales[3]).toBe(0)
    expect(gaussians.scales[4]).toBeCloseTo(Math.exp(-2), 7)
  })

  it('empty.ply is an empty cloud, and an empty file where a format can be one', async () => {
    const file = await read('empty.ply')
    expect(file.gaussians.count).toBe(0)
    for (const name of ['o.ply', 'o.spz', 'o.splat']) {
      const { bytes } = await written(file, name)
      expect((await readGaussians(bytes, { fileName: name })).gaussians.count).toBe(0)
    }
    for (const name of ['o.glb', 'o.usda', 'o.usdz']) {
      await expectRefusal(() => written(file, name), 'splats/bad-argument', /got none/)
    }
  })

  it('2dgs.ply holds flat Gaussians', async () => {
    const { gaussians, notes } = await read('2dgs.ply')
    expect(gaussians.count).toBe(1)
    expect([...gaussians.scales]).toEqual([Math.fround(Math.exp(-2)), Math.fround(Math.exp(-2)), 0])
    expect(notes).toEqual([expect.stringContaining('flat Gaussians')])
  })

  it('cloud.ply becomes a round Gaussian in its colour', async () => {
    const { gaussians, notes } = await read('cloud.ply', { axes: 'RUB' })
    expect(gaussians.count).toBe(1)
    expect([...gaussians.positions]).toEqual([0, 0, 3])
    expect([...gaussians.opacities, ...gaussians.rotations]).toEqual([1, 1, 0, 0, 0])
    expect(new Set(gaussians.scales).size).toBe(1)
    const colors = [...gaussians.sh].map((value) => 0.5 + value * 0.28209479)
    expect(maxDifference(colors, [1, 128 / 255, 0])).toBeLessThan(1e-6)
    expect(notes).toEqual([expect.stringContaining('point cloud')])
  })
})

it('v3-flag80.spz: an unknown flag is passed over with a note', async () => {
  const { gaussians, notes } = await read('v3-flag80.spz')
  expect(gaussians.count).toBe(1)
  expect(notes).toEqual([expect.stringContaining('flag 128 is not known')])
})
