import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib'

import { describe, expect, it } from 'vitest'

import { collect, randomCloud, seeded } from '../../test/clouds.ts'
import { glbWithSpz } from '../../test/glb-samples.ts'
import { compressedPlySample } from '../../test/compressed-ply-sample.ts'
import { SplatsError } from '../splats-error.ts'
import { writeGlb } from './glb/write.ts'
import { readGaussians } from './index.ts'
import { writePly } from './ply/write.ts'
import { writeSplat } from './splat/write.ts'
import { writeSpz } from './spz/write.ts'
import { decompressZstd } from './zstd.ts'

/** Cut, flipped bits, extreme numbers in the front part (headers), or a piece moved. */
function mutate(bytes: Uint8Array, random: () => number): Uint8Array {
  const pick = (n: number) => Math.floor(random() * n)
  const copy = Uint8Array.from(bytes)
  const kind = pick(5)
  if (kind === 0) return copy.subarray(0, pick(copy.length))
  const reach = random() < 0.7 ? Math.min(copy.length, 64) : copy.length
  for (let n = 1 + pick(4); n > 0; n--) {
    if (kind === 1) copy[pick(reach)]! ^= 1 << pick(8)
    else if (kind === 2) copy[pick(reach)] = [0, 1, 127, 128, 255][pick(5)]!
    else if (kind === 3) copy.fill(255, pick(reach), pick(reach))
    else copy.copyWithin(pick(copy.length), pick(copy.length), pick(copy.length))
  }
  return copy
}

/** Replaces a number in a text header by a hostile one. */
function mutateText(bytes: Uint8Array, random: () => number): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1')
  const words = ['-1', '0', '1', '4294967296', '99999999', 'NaN', 'list', '', '\n', 'x']
  const places = [...text.matchAll(/\w+/g)].slice(0, 60)
  const place = places[Math.floor(random() * places.length)]
  const word = words[Math.floor(random() * words.length)]
  const changed = text.slice(0, place!.index) + word + text.slice(place!.index + place![0].length)
  return Buffer.from(changed, 'latin1')
}

async function survives(bytes: Uint8Array, fileName: string): Promise<'read' | 'refused'> {
  const start = process.cpuUsage()
  try {
    const { gaussians } = await readGaussians(bytes, { fileName })
    for (const name of ['positions', 'opacities', 'scales', 'rotations', 'sh'] as const) {
      expect(gaussians[name].every(Number.isFinite)).toBe(true)
    }
    return 'read'
  } catch (error) {
    if (!(error instanceof SplatsError)) throw error
    return 'refused'
  } finally {
    // Inputs are a few kilobytes; a hang or a huge allocation takes far longer than this (in the
    // processor's time: the machine may be busy).
    expect(process.cpuUsage(start).user).toBeLessThan(2e6)
  }
}

const cloud = randomCloud(40, { degree: 1 })
const ascii = new TextEncoder().encode(
  `ply\nformat ascii 1.0\nelement vertex 2\n${['x', 'y', 'z', 'f_dc_0', 'f_dc_1', 'f_dc_2', 'opacity', 'scale_0', 'scale_1', 'scale_2', 'rot_0', 'rot_1', 'rot_2', 'rot_3'].map((name) => `property float ${name}\n`).join('')}end_header\n${'1 2 3 4 5 6 7 8 9 1 2 3 4 5\n'.repeat(2)}`,
)

const points = Uint8Array.from([
  ...new TextEncoder().encode(
    `ply\nformat binary_little_endian 1.0\nelement vertex 40\n${['x', 'y', 'z'].map((name) => `property float ${name}\n`).join('')}${['red', 'green', 'blue'].map((name) => `property uchar ${name}\n`).join('')}end_header\n`,
  ),
  ...Array.from({ length: 40 * 15 }, (_, i) => (i * i * 7) % 64),
])

type Mutate = typeof mutate
const regzip: Mutate = (bytes, random) => gzipSync(mutate(gunzipSync(bytes), random), { level: 1 })
const subjects: [string, string, () => Promise<Uint8Array> | Uint8Array, Mutate][] = [
  ['PLY', 'a.ply', () => collect(writePly(cloud)), mutate],
  ['PLY header', 'a.ply', () => collect(writePly(cloud)), mutateText],
  ['ASCII PLY', 'a.ply', () => ascii, mutateText],
  ['compressed PLY', 'a.ply', () => compressedPlySample().bytes, mutate],
  ['compressed PLY header', 'a.ply', () => compressedPlySample().bytes, mutateText],
  ['SPZ v3', 'a.spz', () => collect(writeSpz(cloud)), mutate],
  ['SPZ v3 before gzip', 'a.spz', () => collect(writeSpz(cloud)), regzip],
  [
    'SPZ v4',
    'a.spz',
    () => collect(writeSpz(cloud, { version: 4, zstd: zstdCompressSync })),
    mutate,
  ],
  ['.splat', 'a.splat', () => collect(writeSplat(cloud)), mutate],
  ['GLB', 'a.glb', () => collect(writeGlb(cloud)), mutate],
  ['GLB document', 'a.glb', () => collect(writeGlb(cloud)), mutateText],
  ['GLB with SPZ', 'a.glb', () => glbWithSpz(cloud), mutateText],
  ['point cloud', 'a.ply', () => points, mutate],
  ['point cloud header', 'a.ply', () => points, mutateText],
]

describe('readers of broken files', () => {
  it.each(subjects)(
    '%s: an error of ours or a drawable cloud',
    async (_, fileName, make, change) => {
      const bytes = await make()
      expect(await survives(bytes, fileName)).toBe('read')
      const random = seeded(11)
      const outcomes = { read: 0, refused: 0 }
      for (let i = 0; i < 1500; i++) outcomes[await survives(change(bytes, random), fileName)]++
      // Both kinds occur, so that the mutations reach past the first check.
      expect(Math.min(outcomes.read, outcomes.refused)).toBeGreaterThan(20)
    },
  )

  it('zstd: an error of ours or as many bytes as asked for', async () => {
    const random = seeded(12)
    const plain = Uint8Array.from(
      { length: 3000 },
      (_, i) => ((i * i) % 97) ^ (random() < 0.1 ? 64 : 0),
    )
    const packed = zstdCompressSync(plain)
    let refused = 0
    for (let i = 0; i < 5000; i++) {
      try {
        expect((await decompressZstd(mutate(packed, random), plain.length)).length).toBe(
          plain.length,
        )
      } catch (error) {
        if (!(error instanceof SplatsError)) throw error
        refused++
      }
    }
    expect(refused).toBeGreaterThan(2000)
  })
})
