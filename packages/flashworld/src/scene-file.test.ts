import { readGaussians } from '@flashworld/splats'
import { expect, test } from 'vitest'
import { collectBytes, smallScene } from '../test/scenes.ts'
import { errorCode } from './errors.ts'
import { recordPath, tierPath, writeScene } from './scene-file.ts'

test.each([
  ['house.ply', 'house.scene.json', 'house.500k.ply'],
  ['a.b/house.compressed.ply', 'a.b/house.scene.json', 'a.b/house.500k.compressed.ply'],
  ['a.b/house', 'a.b/house.scene.json', 'a.b/house.500k'],
  ['HOUSE.V2.SPZ', 'HOUSE.V2.scene.json', 'HOUSE.V2.500k.SPZ'],
  ['out/.ply', 'out/.ply.scene.json', 'out/.ply.500k'],
])('beside %s', (path, record, tier) => {
  expect(recordPath(path)).toBe(record)
  expect(tierPath(path, 500_000)).toBe(tier)
})

test('tiers are named by millions, thousands or to the last one', () => {
  expect([2_000_000, 1_500_000, 900, 1].map((limit) => tierPath('a.ply', limit))).toEqual([
    'a.2m.ply',
    'a.1500k.ply',
    'a.900.ply',
    'a.1.ply',
  ])
})

test("a file holds what viewers show, in the unit of the request's cameras", async () => {
  const scene = smallScene(10)
  scene.gaussians.opacities.set([1 / 256, 1 / 255], 0)
  const { gaussians } = await readGaussians(await collectBytes(writeScene(scene, 'a.ply')))
  expect(gaussians.count).toBe(9)
  const { extent } = scene.frame
  expect(gaussians.positions[0]).toBeCloseTo(extent * scene.gaussians.positions[3]!, 5)
  expect(gaussians.scales[1]).toBeCloseTo(extent * scene.gaussians.scales[4]!, 5)
})

test('options go to the format; a format without a writer is refused', async () => {
  const scene = smallScene(4)
  const version = async (options: { version?: 3 | 4 }) =>
    (await collectBytes(writeScene(scene, 'a.spz', options)))[0]
  expect(await version({ version: 3 })).toBe(0x1f) // gzip
  const codeOf = (name: string) => {
    try {
      writeScene(scene, name)
    } catch (error) {
      return errorCode(error)
    }
    return 'accepted'
  }
  expect(codeOf('a.xyz')).toBe('splats/unknown-format')
  expect(codeOf('a.compressed.ply')).toBe('splats/unsupported')
})
