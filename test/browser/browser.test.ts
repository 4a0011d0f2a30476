import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { toPacked } from '@flashworld/splats'
import { loadFlashWorld } from 'flashworld'
import { folderSource, nodeImages, openEngine } from 'flashworld/node'
import type { Sharp } from 'sharp'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { relativeError } from '../../packages/engine/src/index.ts'
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

const photograph = await sharp('assets/examples/photograph.png').resize(288, 192).toBuffer()

const checkpointFiles = [
  'model.ckpt',
  'text_encoder/config.json',
  'text_encoder/model.safetensors',
  'tokenizer/tokenizer.json',
  'tokenizer/tokenizer_config.json',
  'transformer/config.json',
  'vae/config.json',
  'vae/diffusion_pytorch_model.safetensors',
]

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

const fileOfCheckpoint = async (path: string) => ({
  path,
  sha256: sha256(await readFile(`test/goldens/tiny/${path}`)),
})

/** Photographs as they come, and by how much of 255 a browser's pixels may differ from Node's. */
const photos: readonly {
  readonly name: string
  readonly make: (image: Sharp) => Sharp
  readonly mean: number
  readonly most: number
}[] = [
  { name: 'a PNG', make: (image) => image.png(), mean: 0.5, most: 5 },
  { name: 'a lossless WebP', make: (image) => image.webp({ lossless: true }), mean: 0.5, most: 5 },
  {
    name: 'a PNG that is half transparent',
    make: (image) => image.ensureAlpha(0.5).png(),
    mean: 1,
    most: 6,
  },
  { name: 'a grey JPEG', make: (image) => image.greyscale().jpeg(), mean: 1, most: 12 },
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((orientation) => ({
    name: `a JPEG of EXIF orientation ${orientation}`,
    make: (image: Sharp) => image.withMetadata({ orientation }).jpeg({ quality: 95 }),
    mean: 1,
    most: 12,
  })),
  {
    name: 'a JPEG in Display P3',
    make: (image) => image.withIccProfile('p3').jpeg({ quality: 95 }),
    mean: 1,
    most: 12,
  },
]

describe.skipIf(await missingBrowser())('in Chromium', () => {
  let chromium: PageInChromium
  beforeAll(async () => (chromium = await openPage()))
  afterAll(() => chromium?.close())

  test.each([
    // the same kernels in the same order, but products may be rounded before they are added
    { backend: 'wasm', name: /^WebAssembly, 2 threads$/, tolerance: 5e-6 },
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
      process.stdout.write(
        `${backend}: ${error.toExponential(1)} from Node's; ${made.milliseconds.toFixed()} ms, of which the page's ` +
          `thread worked ${JSON.stringify(made.longTasks)} ms in tasks of over 50\n`,
      )
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
      // on a busy machine any task may become long; all of the work in the page would be far more than half
      expect(made.longTasks.reduce((sum, v) => sum + v, 0)).toBeLessThan(made.milliseconds / 2)
    },
    600_000, // the software device makes a hundred pipelines first
  )

  test('a page that may not share memory computes on one thread', async () => {
    const opened = await chromium.call('loadWorld', [{ ...tiny, backend: 'wasm' }], 'plain')
    expect(opened.engine?.name).toBe('WebAssembly, 1 thread')
  })

  test('errors of a worker have their code: no such model, a request that is refused', async () => {
    expect(await chromium.call('loadWorld', [{ source: { url: '/none/' } }])).toMatchObject({
      code: 'weights/missing-file',
    })
    expect(await chromium.call('refusedRequest', [tiny, { prompt: '' }])).toMatchObject({
      name: 'FlashWorldError',
      code: 'request/empty',
    })
  })

  test('worlds that are disposed, or did not load, leave no worker behind', async () => {
    for (let i = 0; i < 10; i++) await chromium.call('loadWorld', [{ source: { url: '/none/' } }])
    // one that compiles for a software GPU ends when it has
    await expect.poll(() => chromium.workers(), { timeout: 300_000 }).toBe(0)
  }, 310_000)

  test.each(photos)(
    'opens $name as Node does: its size, and any part of it',
    async ({ make, mean, most }) => {
      const bytes = new Uint8Array(await make(sharp(photograph)).toBuffer())
      chromium.files.set('photo', bytes)
      const node = await nodeImages.open(bytes)
      const { width, height } = node
      const whole = { x: 0, y: 0, width, height, scale: 1 }
      const part = { x: 13, y: 7, width: width - 40, height: height - 21, scale: 1 }
      for (const [crop, size] of [
        [whole, { width, height }],
        [part, { width: 96, height: 64 }],
        [part, { width: 2 * width, height: 2 * height }],
      ] as const) {
        const opened = await chromium.call('decodePhoto', [{ url: '/files/photo', crop, size }])
        expect(opened).toMatchObject({ width, height })
        const ours = await node.resized(crop, size)
        const differences = Buffer.from(opened.rgb!, 'base64').map((v, i) => Math.abs(v - ours[i]!))
        const sum = differences.reduce((total, v) => total + v, 0)
        expect(sum / ours.length).toBeLessThanOrEqual(mean)
        expect(differences.reduce((a, b) => Math.max(a, b))).toBeLessThanOrEqual(most)
      }
    },
  )

  test('bytes that are no image have a code', async () => {
    chromium.files.set('photo', new TextEncoder().encode('hello'))
    const crop = { x: 0, y: 0, width: 1, height: 1, scale: 1 }
    const photo = { url: '/files/photo', crop, size: crop }
    expect(await chromium.call('decodePhoto', [photo])).toEqual({ code: 'image/unreadable' })
  })

  test('a checkpoint is stored whole, checked, read without the server, and removed', async () => {
    const files = await Promise.all(checkpointFiles.map(fileOfCheckpoint))
    const source = { url: '/tiny/', stored: 'tiny', files }
    const store = (change = {}) =>
      chromium.call('loadWorld', [{ backend: 'wasm', source: { ...source, ...change } }])
    const stored = { backend: 'wasm', source: { stored: 'tiny' } } as const

    const wrong = files.map((file) => ({ ...file, sha256: '0'.repeat(64) }))
    expect(await store({ files: wrong })).toMatchObject({ code: 'weights/checksum' })
    expect(await chromium.call('loadWorld', [stored])).toMatchObject({
      code: 'weights/missing-file',
    })

    const { progress, engine } = await store()
    expect(engine?.kind).toBe('wasm')
    const fractions = progress.filter(([doing]) => doing === 'storing').map(([, part]) => part)
    expect(fractions.length).toBeGreaterThan(files.length)
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b))
    expect(fractions.at(-1)).toBe(1)

    const before = chromium.site.sentBytes
    expect((await chromium.call('loadWorld', [stored])).engine?.kind).toBe('wasm')
    expect(chromium.site.sentBytes - before).toBeLessThan(500_000) // the worker's script, no weights
    await chromium.call('removeCheckpoint', ['tiny'])
    expect(await chromium.call('loadWorld', [stored])).toMatchObject({
      code: 'weights/missing-file',
    })
  })

  test('a download that was interrupted goes on where it ended', async () => {
    const big = new Uint8Array(await readFile('test/goldens/tiny/cases.safetensors'))
    chromium.files.set('big.bin', big)
    const files = [{ path: 'big.bin', sha256: sha256(big) }]
    const source = { url: '/files/', stored: 'big', files }
    chromium.held.add('/files/big.bin')
    const stopped = await chromium.call('stopStoring', [{ backend: 'wasm', source }])
    expect(stopped).toBeGreaterThan(0)
    expect(stopped).toBeLessThan(1)
    chromium.held.delete('/files/big.bin')
    const before = chromium.site.sentBytes
    // no model, but stored before that shows
    const { code, progress } = await chromium.call('loadWorld', [{ backend: 'wasm', source }])
    expect(code).toBe('weights/missing-file')
    expect(progress[0]![1]).toBeGreaterThan(1 / 4)
    expect(progress.at(-1)).toEqual(['storing', 1])
    expect(chromium.site.sentBytes - before).toBeLessThan(big.length)
  })
})
