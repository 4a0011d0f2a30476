import {
  PATH_TEMPLATES,
  templatePath,
  VIDEO_FPS,
  writeGltf,
  writeGltfBinary,
} from '@flashworld/camera'
import { SH_C0, writeGlb } from '@flashworld/splats'
import { validateBytes } from 'gltf-validator'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Browser } from './browser.ts'
import { missingBrowser } from '../chromium.ts'
import { openBrowser } from './browser.ts'
import { knownScene, knownSize } from './known-scene.ts'

const path = templatePath('arc-left,tilt-up', { count: 12, size: knownSize, fovDegrees: 50 })
const scene = knownScene()

const collect = async (chunks: AsyncIterable<Uint8Array>) =>
  new Uint8Array(Buffer.concat(await Array.fromAsync(chunks)))

test('the glTF validator accepts every camera path without an error or warning', async () => {
  for (const { name } of PATH_TEMPLATES) {
    const gltf = writeGltf(templatePath(name, { count: 5, size: knownSize }))
    const { issues } = await validateBytes(new TextEncoder().encode(gltf))
    expect(issues, name).toMatchObject({ numErrors: 0, numWarnings: 0 })
  }
  const glb = await validateBytes(writeGltfBinary(path, [0, 1, 3, 4, 5, 6, 7, 8, 9, 20, 21, 22]))
  expect(glb.issues).toMatchObject({ numErrors: 0, numWarnings: 0 })
})

describe.skipIf(await missingBrowser())('three.js', () => {
  let browser: Browser
  beforeAll(async () => (browser = await openBrowser()))
  afterAll(() => browser.close())

  test('plays the camera path: every camera at its time', async () => {
    const times = path.map((_, i) => i / VIDEO_FPS)
    browser.files.set('path.gltf', new TextEncoder().encode(writeGltf(path, times)))
    const played = (await browser.call('playCamera', { file: 'path.gltf', times })) as {
      fovDegrees: number
      aspect: number
      poses: { position: number[]; rotation: number[] }[]
    }
    expect(played.aspect).toBeCloseTo(knownSize.width / knownSize.height, 5)
    expect(played.fovDegrees).toBeCloseTo((360 / Math.PI) * Math.atan(0.5 / path[0]!.fy), 4)
    for (const [i, { position, rotation }] of played.poses.entries()) {
      path[i]!.position.forEach((value, axis) => expect(position[axis]).toBeCloseTo(value, 5))
      const dot = path[i]!.rotation.reduce((sum, value, k) => sum + value * rotation[k]!, 0)
      expect(Math.abs(dot)).toBeCloseTo(1, 6)
    }
  })

  test('shows a scene that it does not know the extension of as points, in linear colour', async () => {
    browser.files.set('scene.glb', await collect(writeGlb(scene)))
    const loaded = (await browser.call('loadPoints', { file: 'scene.glb' })) as {
      objects: number
      count: number
      position: number[]
      color: number[]
    }
    expect(loaded).toMatchObject({
      objects: 1,
      count: scene.count,
      position: [...scene.positions.subarray(0, 3)],
    })
    const srgb = [0, 1, 2].map((c) => Math.min(1, Math.max(0, 0.5 + SH_C0 * scene.sh[c]!)))
    const linear = srgb.map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    // 8 bits
    linear.forEach((value, c) =>
      expect(Math.abs(loaded.color[c]! - value)).toBeLessThan(0.5 / 255 + 1e-6),
    )
  })
})
