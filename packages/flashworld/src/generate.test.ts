import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Engine } from '@flashworld/engine'
import { createWasmEngine } from '@flashworld/engine'
import { centerCrop } from '@flashworld/camera'
import { toPacked } from '@flashworld/splats'
import { psnr } from './image-metrics.ts'
import type { FlashWorld } from './flashworld.ts'
import type { CheckedRequest } from './request.ts'
import { loadFlashWorld } from './flashworld.ts'
import type { GenerateEvent } from './events.ts'
import { errorCode } from './errors.ts'
import { folderSource, nodeImages, openEngine } from './node/index.ts'
import { readFile } from 'node:fs/promises'

const tiny = 'test/goldens/tiny'
const request = {
  prompt: 'a red barn',
  path: 'orbit-left:20',
  resolution: [2, 32, 64],
  seed: 5,
} as const

let engine: Engine
let world: FlashWorld
let modelBuffers = 0

const open = (on: Engine) =>
  loadFlashWorld({ engine: on, source: folderSource(tiny), images: nodeImages })

beforeAll(async () => {
  engine = await createWasmEngine()
  world = await open(engine)
  modelBuffers = engine.memory.liveBuffers
})

afterAll(() => {
  world.dispose()
  expect(engine.memory.liveBuffers).toBe(0)
  engine.dispose()
})

async function collect(events: AsyncIterable<GenerateEvent>) {
  const list: GenerateEvent[] = []
  for await (const event of events) list.push(event)
  return list
}

const sceneOf = (events: GenerateEvent[]) => {
  const event = events.find((e) => e.type === 'scene')
  if (event?.type !== 'scene') throw new Error('no scene')
  return event.scene
}

test('tells started, three steps with previews, the scene and done; progress never falls; nothing stays allocated', async () => {
  const events = await collect(world.generate(request))
  const types = events.map((e) => e.type).filter((type) => type !== 'progress')
  expect(types).toEqual(['started', 'step', 'step', 'step', 'scene', 'done'])
  const fractions = events.flatMap((e) => (e.type === 'progress' ? [e.fraction] : []))
  expect(fractions.every((f, i) => i === 0 || f >= fractions[i - 1]!)).toBe(true)
  expect(fractions.at(-1)).toBeCloseTo(1)
  const preview = events.find((e) => e.type === 'step')
  expect(preview?.type === 'step' && preview.preview.rgba.length).toBe(32 * 64 * 4)
  const scene = sceneOf(events)
  expect(scene.gaussians.count).toBe(2 * 2 * 16 * 32)
  expect(scene.cameras).toHaveLength(2)
  expect(engine.memory.liveBuffers).toBe(modelBuffers)
})

test('the same seed gives the same scene, at one thread and at two with the widest vectors; another seed gives another', async () => {
  const one = toPacked(sceneOf(await collect(world.generate(request))).gaussians)
  const two = await openEngine({ backend: 'wasm', threads: 2 })
  const other = await open(two)
  expect(toPacked(sceneOf(await collect(other.generate(request))).gaussians)).toEqual(one)
  expect(
    toPacked(sceneOf(await collect(other.generate({ ...request, seed: 6 }))).gaussians),
  ).not.toEqual(one)
  other.dispose()
  expect(two.memory.liveBuffers).toBe(0)
  two.dispose()
})

test('a photograph at any frame is part of the scene', async () => {
  const image = new Uint8Array(await readFile('assets/examples/photograph.png'))
  const pictured = { ...request, prompt: '', image, imageIndex: 1 }
  const { scene, timings } = await world.generateScene(pictured)
  expect(timings['picture']).toBeGreaterThan(0)
  const without = sceneOf(await collect(world.generate({ ...request, prompt: ' x' })))
  expect(toPacked(scene.gaussians)).not.toEqual(toPacked(without.gaussians))
  expect(engine.memory.liveBuffers).toBe(modelBuffers)
  // the frame that was pictured looks like the picture, and more so than another
  const size = { width: 64, height: 32 }
  const photograph = await nodeImages.open(image)
  const rgb = await photograph.resized(centerCrop(photograph, size), size)
  const rgba = Uint8ClampedArray.from({ length: 64 * 32 * 4 }, (_, i) =>
    i % 4 === 3 ? 255 : rgb[Math.floor(i / 4) * 3 + (i % 4)]!,
  )
  const [other, own] = (await world.render(scene, scene.cameras, size)).map((view) =>
    psnr(view, { ...size, rgba }),
  )
  expect(own! - other!).toBeGreaterThan(1)
})

test('a cancelled generation stops, frees everything, and leaves the model usable', async () => {
  const abort = new AbortController()
  const events: GenerateEvent[] = []
  const running = (async () => {
    for await (const event of world.generate(request, { signal: abort.signal })) {
      events.push(event)
      if (event.type === 'step') abort.abort()
    }
  })()
  await expect(running).rejects.toMatchObject({ name: 'AbortError' })
  expect(events.some((e) => e.type === 'scene')).toBe(false)
  expect(engine.memory.liveBuffers).toBe(modelBuffers)
  expect(sceneOf(await collect(world.generate(request))).gaussians.count).toBe(2048)
})

test('leaving the loop early cancels too', async () => {
  for await (const event of world.generate(request)) if (event.type === 'step') break
  expect(engine.memory.liveBuffers).toBe(modelBuffers)
})

const camera = {
  position: [0, 0, 0],
  quaternion: [1, 0, 0, 0],
  fx: 32,
  fy: 32,
  cx: 32,
  cy: 16,
} as const

test.each([
  ['one camera', { path: undefined, cameras: [camera] }, 'request/invalid'],
  ['an unknown path', { path: 'fly-to-the-moon' }, 'camera/template'],
  ['no image', { image: new TextEncoder().encode('hello') }, 'image/unreadable'],
])('refuses %s and frees everything', async (_name, change, code) => {
  const bad = { ...request, ...change }
  const failure = await (async () => collect(world.generate(bad)))().catch(
    (error: unknown) => error,
  )
  expect(errorCode(failure)).toBe(code)
  expect(engine.memory.liveBuffers).toBe(modelBuffers)
})

test('cameras that all stand at one place make a finite scene', async () => {
  const { prompt, resolution, seed } = request
  const scene = sceneOf(
    await collect(world.generate({ prompt, resolution, seed, cameras: [camera, camera, camera] })),
  )
  expect(toPacked(scene.gaussians).every(Number.isFinite)).toBe(true)
})

test('a checked request makes the scene that its request makes, here and after a way through JSON', async () => {
  const checked = await world.checkRequest(request)
  const { scene, request: made, timings, seconds } = await world.generateScene(request)
  expect(made).toEqual(checked)
  expect(seconds).toBeGreaterThan(0)
  expect(Object.keys(timings)).toContain('transformer')
  const sent = JSON.parse(JSON.stringify(checked)) as CheckedRequest
  const again = await world.generateScene(sent)
  expect(toPacked(again.scene.gaussians)).toEqual(toPacked(scene.gaussians))
  expect(again.request).toEqual(checked)
  expect(engine.memory.liveBuffers).toBe(modelBuffers)
})

test('without a loop, events and cancelling are there too', async () => {
  const abort = new AbortController()
  const types = new Set<string>()
  const making = world.generateScene(request, {
    signal: abort.signal,
    onEvent: ({ type }) => {
      types.add(type)
      if (type === 'step') abort.abort()
    },
  })
  await expect(making).rejects.toMatchObject({ name: 'AbortError' })
  expect([...types]).toEqual(['started', 'progress', 'step'])
  expect(engine.memory.liveBuffers).toBe(modelBuffers)
})
