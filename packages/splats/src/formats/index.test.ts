import { describe, expect, it } from 'vitest'

import { collect, randomCloud } from '../../test/clouds.ts'
import { compressedPlySample } from '../../test/compressed-ply-sample.ts'
import { expectRefusal } from '../../test/throws.ts'
import { detectFormat, formatByName, FORMATS, readGaussians } from './index.ts'

describe('formatByName', () => {
  it('goes by the longest extension, in any case', () => {
    const names = ['a.ply', 'A.B.COMPRESSED.PLY', 'x.spz', 'x.splat', 'dir.ply/x.glb']
    expect(names.map((name) => formatByName(name).name)).toEqual([
      'ply',
      'compressed-ply',
      'spz',
      'splat',
      'glb',
    ])
  })

  it('refuses other names', () =>
    expectRefusal(() => formatByName('scene.obj'), 'splats/unknown-format', /\.spz.*'scene\.obj'/))
})

describe('detectFormat', () => {
  it('goes by content, whatever the name', async () => {
    const cloud = randomCloud(3)
    for (const { name, write } of FORMATS) {
      if (write === undefined || name === 'usdz') continue
      const fileName = name === 'splat' ? 'x.splat' : 'x.wrong'
      expect(detectFormat(await collect(write(cloud)), fileName).name).toBe(name)
    }
    expect(detectFormat(compressedPlySample().bytes, 'a.splat').name).toBe('compressed-ply')
  })

  it('refuses bytes without a mark', () =>
    expectRefusal(
      () => detectFormat(new Uint8Array(64), 'x.ply'),
      'splats/unknown-format',
      /first bytes/,
    ))
})

describe('readGaussians', () => {
  it('reads what each format writes, and refuses USD', async () => {
    const cloud = randomCloud(3)
    for (const { name, read, write } of FORMATS) {
      if (write === undefined || name === 'usdz') continue
      const bytes = await collect(write(cloud))
      const reading = readGaussians(bytes, { fileName: `x.${name}` })
      if (read === undefined) await expect(reading).rejects.toThrow(/can be read, got usda/)
      else expect((await reading).gaussians.count).toBe(3)
    }
  })
})
