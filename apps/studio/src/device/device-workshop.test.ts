import type { GenerateEvent, GenerateRequest, Scene } from 'flashworld'
import type { Capabilities, SceneEvent, ServerModel } from 'flashworld/client'
import { expect, test } from 'vitest'
import { createDeviceWorkshop } from './device-workshop.ts'
import type { DeviceWorld, OpenOptions } from './world-keeper.ts'
import { keepWorld } from './world-keeper.ts'

const request = { prompt: 'a red house', resolution: [2, 32, 64] } as const
const failure = (code: string) => Object.assign(new Error(`it is ${code}`), { code })

/** What a model in a worker is made to do, scene by scene. */
type Play = (signal: AbortSignal | undefined) => AsyncIterable<GenerateEvent>

async function* whole(): AsyncGenerator<GenerateEvent> {
  yield { type: 'progress', stage: 'text', step: 0, fraction: 0.1 }
  yield { type: 'step', step: 1, preview: { width: 1, height: 1, rgba: new Uint8ClampedArray(4) } }
  yield { type: 'scene', scene: { gaussians: { count: 7 } } as unknown as Scene }
  yield { type: 'done', timings: { text: 1 }, seconds: 8, peakBytes: 0 }
}

const fails = (code: string): Play =>
  async function* () {
    throw failure(code)
  }

/** Never ends, unless it is asked to, or its worker is ended. */
const hangs = (isDeaf = false): Play =>
  async function* (signal) {
    await new Promise((_, reject) => {
      if (!isDeaf) signal?.addEventListener('abort', () => reject(signal.reason as Error))
      endings.push(() => reject(failure('worker/failed')))
    })
  }

let endings: (() => void)[] = []

function device(...plays: readonly Play[]) {
  endings = []
  const left = [...plays]
  const asked: GenerateRequest[] = []
  let loaded = 0
  let wish = 'mini'
  const world = (): DeviceWorld => ({
    engine: { kind: 'wasm', name: 'WebAssembly', half: 'f32' },
    generate: (given, options) => {
      asked.push(given as GenerateRequest)
      return (left.shift() ?? whole)(options?.signal)
    },
    dispose: () => endings.forEach((end) => end()),
  })
  const open = async ({ onProgress }: OpenOptions) => {
    loaded++
    onProgress({ doing: 'loading', fraction: 0.5 })
    return world()
  }
  let ids = 0
  const workshop = createDeviceWorkshop({
    keeper: keepWorld(open, () => wish),
    model: async () => ({ name: 'mini', resolution: [12, 128, 192] }) as unknown as ServerModel,
    capabilities: {} as Capabilities,
    writeScene: async ({ gaussians }) => ({
      file: new Blob(['a ply']),
      gaussians: gaussians.count,
    }),
    convert: async (_, name, { to }) => ({ file: new Blob([`${name} as ${to}`]), gaussians: 1 }),
    encodePicture: async () => new Blob(['a picture']),
    newId: () => String(++ids),
    patience: 5,
  })
  const told = async (id: string) => {
    const events: SceneEvent[] = []
    for await (const event of workshop.events(id)) events.push(event)
    return events
  }
  return {
    workshop,
    asked,
    told,
    loads: () => loaded,
    change: (to: string) => (wish = to),
    text: async (id: string, name: string) => (await workshop.scenes.file(id, name)).text(),
  }
}

const typesOf = (events: readonly SceneEvent[]) => events.map(({ type }) => type)

test('a world is loaded for, made, told of as by a server, and given as files', async () => {
  const { workshop, asked, told, text } = device()
  const image = new Blob(['a photograph'])
  const [scene] = await workshop.scenes.createBatch({ ...request, image }, [5])
  expect(scene).toMatchObject({ id: 'device:1', seed: 5, ahead: 0, estimatedSeconds: null })
  const events = await told('device:1')
  expect(events).toEqual([
    { type: 'place', ahead: 0 },
    { type: 'started', attempt: 1 },
    { type: 'progress', stage: 'loading', step: 0, fraction: 0 },
    { type: 'progress', stage: 'text', step: 0, fraction: 0.1 },
    { type: 'step', step: 1, preview: 'step-1.webp' },
    { type: 'progress', stage: 'writing', step: 4, fraction: 1 },
    { type: 'done', seed: 5, gaussians: 7, seconds: 8, timings: { text: 1 } },
  ])
  expect(asked[0]).toEqual({
    ...request,
    seed: 5,
    image: new TextEncoder().encode('a photograph'),
  })
  expect(await text('device:1', 'step-1.webp')).toBe('a picture')
  expect(await text('device:1', 'scene.ply')).toBe('a ply')
  await expect(workshop.scenes.file('device:1', 'scene.spz')).rejects.toMatchObject({ status: 404 })
  // the pace that was measured, of 2 x 32 x 64 pixels
  expect((await workshop.queue()).secondsPerPixel).toBe(8 / 4096)
})

test('several wait in line, and the model is loaded once', async () => {
  const { workshop, told, loads, text } = device()
  const scenes = await workshop.scenes.createBatch(request, [1, 2, 3])
  expect(scenes.map(({ ahead }) => ahead)).toEqual([0, 1, 2])
  expect((await workshop.queue()).counts).toMatchObject({ queued: 2, running: 1 })
  const last = await told('device:3')
  expect(last.filter(({ type }) => type === 'place')).toEqual(
    [2, 1, 0].map((ahead) => ({ type: 'place', ahead })),
  )
  expect(loads()).toBe(1)
  // the memory of the others is free again
  await expect(workshop.scenes.file('device:1', 'scene.ply')).rejects.toMatchObject({ status: 404 })
  expect(await text('device:3', 'scene.ply')).toBe('a ply')
  const [again] = await workshop.scenes.createBatch(request, [4])
  expect(again!.estimatedSeconds).toBe(8)
})

test('what is cancelled is so at once, and the next is made by the same model', async () => {
  const { workshop, told, loads } = device(hangs())
  await workshop.scenes.createBatch(request, [1, 2])
  await expect.poll(() => endings, { interval: 1 }).toHaveLength(1)
  const first = told('device:1')
  await workshop.scenes.cancel('device:1')
  expect(typesOf(await first).at(-1)).toBe('cancelled')
  expect(typesOf(await told('device:2')).at(-1)).toBe('done')
  expect(loads()).toBe(1)
})

test('a worker that does not hear it is ended, and the model loaded anew', async () => {
  const { workshop, told, loads } = device(hangs(true))
  await workshop.scenes.createBatch(request, [1, 2])
  await expect.poll(() => endings, { interval: 1 }).toHaveLength(1)
  await workshop.scenes.cancel('device:1')
  expect(typesOf(await told('device:2')).at(-1)).toBe('done')
  expect(loads()).toBe(2)
})

test('one that waits is cancelled without having been begun', async () => {
  const { workshop, told, asked } = device(hangs())
  await workshop.scenes.createBatch(request, [1, 2, 3])
  await workshop.scenes.cancel('device:2')
  expect(typesOf(await told('device:2'))).toEqual(['place', 'cancelled'])
  await workshop.scenes.cancel('device:1')
  await told('device:3')
  expect(asked.map(({ seed }) => seed)).toEqual([1, 3])
})

test.each(['engine/lost', 'worker/failed'])(
  'a device that is lost (%s) is taken up once, with the model loaded anew, and then asked about',
  async (code) => {
    const once = device(fails(code))
    await once.workshop.scenes.create(request)
    const events = await once.told('device:1')
    expect(events).toContainEqual({ type: 'retry', code, message: `it is ${code}` })
    expect(events.at(-1)).toMatchObject({ type: 'done' })
    expect(once.loads()).toBe(2)

    const twice = device(fails(code), fails(code))
    await twice.workshop.scenes.createBatch(request, [1, 2])
    expect((await twice.told('device:1')).at(-1)).toMatchObject({ type: 'failed', code })
    // the next one finds a model again
    expect((await twice.told('device:2')).at(-1)).toMatchObject({ type: 'done' })
    expect(twice.loads()).toBe(3)
  },
)

test('another failure is told with its code, and nothing is made again', async () => {
  const { workshop, told, loads } = device(fails('engine/limit'))
  await workshop.scenes.createBatch(request, [1])
  const events = await told('device:1')
  expect(events.at(-1)).toEqual({
    type: 'failed',
    code: 'engine/limit',
    message: 'it is engine/limit',
    hint: undefined,
  })
  expect([typesOf(events).includes('retry'), loads()]).toEqual([false, 1])
})

test('another wish is another model, from the next world on', async () => {
  const { workshop, told, loads, change } = device()
  await workshop.scenes.createBatch(request, [1])
  await told('device:1')
  change('large')
  await workshop.scenes.createBatch(request, [2, 3])
  await told('device:3')
  expect(loads()).toBe(2)
})

test('a scene of a page that was left is unknown; one that is removed is forgotten', async () => {
  const { workshop, told } = device()
  await expect(told('device:9')).rejects.toMatchObject({ code: 'job/unknown', status: 404 })
  await workshop.scenes.createBatch(request, [1])
  await told('device:1')
  await workshop.scenes.remove('device:1')
  await workshop.scenes.remove('device:1')
  await expect(workshop.scenes.file('device:1', 'scene.ply')).rejects.toMatchObject({ status: 404 })
})

test('files are converted here, and a request without a size takes the model’s', async () => {
  const { workshop } = device()
  const answer = await workshop.convert(new Blob(), 'a.spz', { to: 'ply' })
  expect(await answer.text()).toBe('a.spz as ply')
  const scene = await workshop.scenes.create({ prompt: 'a red house' })
  expect(scene.resolution).toEqual([12, 128, 192])
})

test('who follows may leave, and one who comes late hears all', async () => {
  const { workshop, told } = device(hangs())
  await workshop.scenes.createBatch(request, [1])
  const stop = new AbortController()
  const listening = Array.fromAsync(workshop.events('device:1', { signal: stop.signal }))
  stop.abort(new Error('gone'))
  await expect(listening).rejects.toThrow('gone')
  await workshop.scenes.cancel('device:1')
  expect(typesOf(await told('device:1'))).toContain('started')
})
