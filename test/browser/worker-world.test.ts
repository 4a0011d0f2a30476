import { readFile } from 'node:fs/promises'
import { toPacked } from '@flashworld/splats'
import type { GenerateEvent, Scene } from 'flashworld'
import { errorCode } from 'flashworld'
import type { LoadProgress, WorkerScope, WorkerWorldOptions, WorldWorker } from 'flashworld/browser'
import { createWorkerWorld, serveWorld } from 'flashworld/browser'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Site } from '../chromium.ts'
import { serveSite } from '../chromium.ts'

const request = {
  prompt: 'a red barn',
  path: 'orbit-left:20',
  resolution: [2, 32, 32],
  seed: 5,
} as const

let site: Site
beforeAll(async () => {
  site = await serveSite((path) => readFile(new URL(`../goldens${path}`, import.meta.url)))
})
afterAll(() => site.close())

/** A worker without a thread of its own: what is said between page and worker is the same. */
function pretendedWorker() {
  const { port1, port2 } = new MessageChannel()
  serveWorld(port2 as unknown as WorkerScope)
  port2.start()
  const failed: ((event: { readonly message: string }) => void)[] = []
  const worker: WorldWorker & { terminated: boolean; fail(message: string): void } = {
    terminated: false,
    postMessage: (message) => port1.postMessage(message),
    addEventListener(type, listener) {
      if (type === 'error') failed.push(listener)
      else port1.addEventListener(type, listener as never)
    },
    terminate() {
      worker.terminated = true
      port1.close()
    },
    fail: (message) => failed.forEach((listener) => listener({ message })),
  }
  port1.start()
  return worker
}

const open = (options: Partial<WorkerWorldOptions> = {}, worker = pretendedWorker()) =>
  createWorkerWorld(worker, {
    backend: 'wasm',
    threads: 1,
    source: { url: `${site.origin}/tiny` },
    ...options,
  })

async function sceneOf(events: AsyncIterable<GenerateEvent>): Promise<Scene> {
  let scene: Scene | undefined
  for await (const event of events) if (event.type === 'scene') ({ scene } = event)
  return scene!
}

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  )

test('tells how far loading is, what the model runs on, and what requests get', async () => {
  const progress: LoadProgress[] = []
  using world = await open({ onProgress: (p) => void progress.push(p) })
  expect(world.engine).toMatchObject({ kind: 'wasm', half: 'f32' })
  expect(world.defaults.resolution).toEqual([12, 128, 192])
  expect(progress.at(-1)).toEqual({ doing: 'loading', fraction: 1 })
})

test('a cancelled generation ends with its reason, one that is left ends too, and the next is whole', async () => {
  using world = await open()
  const abort = new AbortController()
  const reason = new Error('enough')
  const seen: string[] = []
  const cancelled = async () => {
    for await (const { type } of world.generate(request, { signal: abort.signal })) {
      seen.push(type)
      if (type === 'step') abort.abort(reason)
    }
  }
  expect(await failureOf(cancelled())).toBe(reason)
  expect(seen.filter((type) => type === 'step')).toHaveLength(1)
  for await (const { type } of world.generate(request)) if (type === 'step') break
  const once = await sceneOf(world.generate(request))
  const checked = await world.checkRequest(request)
  const { scene: again, request: asked } = await world.generateScene(checked)
  expect(asked).toEqual(checked)
  expect(toPacked(again.gaussians)).toEqual(toPacked(once.gaussians))
  expect(once.gaussians.count).toBe(1024)
  const [picture] = await world.render(once, once.cameras.slice(0, 1), { width: 64, height: 32 })
  expect(picture!.rgba).toHaveLength(64 * 32 * 4)
})

test('errors cross with their name, code and message', async () => {
  using world = await open()
  const error = await failureOf(sceneOf(world.generate({ prompt: '' })))
  expect(error).toBeInstanceOf(Error)
  expect(errorCode(error)).toBe('request/empty')
  expect(error).toMatchObject({
    name: 'FlashWorldError',
    message: expect.stringMatching(/expected a prompt/) as string,
  })
})

test('a model that does not load ends the worker', async () => {
  const worker = pretendedWorker()
  const error = await failureOf(open({ source: { url: `${site.origin}/none` } }, worker))
  expect(errorCode(error)).toBe('weights/missing-file')
  expect(worker.terminated).toBe(true)
})

test('a signal ends loading with its reason', async () => {
  const abort = new AbortController()
  const onProgress = () => abort.abort(new Error('enough'))
  await expect(open({ signal: abort.signal, onProgress })).rejects.toThrow('enough')
  await expect(open({ signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before')
})

test('what runs when the world is disposed or its worker breaks fails with a code, as does all after', async () => {
  for (const end of ['dispose', 'break'] as const) {
    const worker = pretendedWorker()
    const world = await open({}, worker)
    const running = async () => {
      for await (const { type } of world.generate(request)) {
        if (type !== 'step') continue
        if (end === 'dispose') world.dispose()
        else worker.fail('it broke')
      }
    }
    const why = end === 'dispose' ? /disposed/ : /it broke/
    const message = expect.stringMatching(why) as string
    expect(await failureOf(running())).toMatchObject({ code: 'worker/failed', message })
    expect(worker.terminated).toBe(true)
    expect(await failureOf(sceneOf(world.generate(request)))).toMatchObject({
      code: 'worker/failed',
      message,
    })
  }
})
