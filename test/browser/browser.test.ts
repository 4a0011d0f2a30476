import { toPacked } from '@flashworld/splats'
import { loadFlashWorld } from 'flashworld'
import { folderSource, nodeImages, openEngine } from 'flashworld/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { relativeError } from '../../packages/engine/test/inputs.ts'
import { missingBrowser } from '../chromium.ts'
import type { PageInChromium } from './page-in-chromium.ts'
import { openPage } from './page-in-chromium.ts'

const request = {
  prompt: 'a red barn',
  path: 'orbit-left:20',
  resolution: [2, 32, 32],
  seed: 5,
} as const

const tiny = { source: { url: '/tiny/' } }

const floats = (base64: string) => {
  const bytes = Uint8Array.from(Buffer.from(base64, 'base64'))
  return new Float32Array(bytes.buffer)
}

/** The scene of the request in Node, on WebAssembly. */
async function sceneInNode() {
  const engine = await openEngine({ backend: 'wasm', threads: 1 })
  const world = await loadFlashWorld({
    engine,
    source: folderSource('test/goldens/tiny'),
    images: nodeImages,
  })
  try {
    for await (const event of world.generate(request)) {
      if (event.type === 'scene') return toPacked(event.scene.gaussians)
    }
    throw new Error('no scene')
  } finally {
    world.dispose()
    engine.dispose()
  }
}

describe.skipIf(await missingBrowser())('in Chromium', () => {
  let chromium: PageInChromium
  beforeAll(async () => (chromium = await openPage()))
  afterAll(() => chromium?.close())

  test.each([
    // the same kernels in the same order
    { backend: 'wasm', name: /^WebAssembly, 2 threads$/, tolerance: 1e-6 },
    // sums in another order, through all networks
    { backend: 'webgpu', name: /swiftshader/, tolerance: 1e-4 },
  ] as const)(
    'a worker makes the scene on $backend that Node makes, after one that was cancelled',
    async ({ backend, name, tolerance }) => {
      const made = await chromium.call('makeScene', [
        { ...tiny, backend, threads: 2, precision: 'f32' },
        request,
      ])
      const error = relativeError(floats(made.packed), await sceneInNode())
      console.log(made.engine, error, made.milliseconds, made.longTasks)
      expect(made.engine).toMatchObject({ kind: backend, name: expect.stringMatching(name) })
      expect(made.cancelled.filter((type) => type !== 'progress')).toEqual([
        'started',
        'step',
        'AbortError',
      ])
      expect(made.events.filter((type) => type !== 'progress')).toEqual([
        'started',
        'step',
        'step',
        'step',
        'scene',
        'done',
      ])
      expect(error).toBeLessThanOrEqual(tolerance)
    },
    600_000, // the software device makes a hundred pipelines first
  )
})
