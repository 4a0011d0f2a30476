// What a page does with the library; the tests call these functions.
import { toPacked } from '@flashworld/splats'
import type { GenerateRequest, Scene } from 'flashworld'
import { errorCode } from 'flashworld'
import type { LoadProgress, WorkerWorldOptions } from 'flashworld/browser'
import { browserImages, createWorkerWorld, removeCheckpoint } from 'flashworld/browser'

const openWorld = (options: WorkerWorldOptions) => {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
  return createWorkerWorld(worker, options)
}

/** Cancels a generation after its first step, then makes the same scene whole. */
async function makeScene(options: WorkerWorldOptions, request: GenerateRequest) {
  const longTasks: number[] = []
  const observer = new PerformanceObserver((list) =>
    longTasks.push(...list.getEntries().map(({ duration }) => duration)),
  )
  using world = await openWorld(options)
  const abort = new AbortController()
  const cancelled: string[] = []
  try {
    for await (const { type } of world.generate(request, { signal: abort.signal })) {
      cancelled.push(type)
      if (type === 'step') abort.abort()
    }
  } catch (error) {
    cancelled.push((error as Error).name)
  }
  observer.observe({ type: 'longtask' })
  const start = performance.now()
  const events: string[] = []
  let scene: Scene | undefined
  for await (const event of world.generate(request)) {
    events.push(event.type)
    if (event.type === 'scene') ({ scene } = event)
  }
  const milliseconds = performance.now() - start
  longTasks.push(...observer.takeRecords().map(({ duration }) => duration))
  observer.disconnect()
  const [picture] = await world.render(scene!, scene!.cameras.slice(0, 1), {
    width: 64,
    height: 32,
  })
  return {
    engine: world.engine,
    cancelled,
    events,
    packed: base64(toPacked(scene!.gaussians)),
    picture: base64(picture!.rgba),
    milliseconds,
    longTasks,
  }
}

const base64 = (array: Float32Array | Uint8ClampedArray) => new Uint8Array(array.buffer).toBase64()

/** What `createWorkerWorld` tells while it loads; or the code of its error. */
async function loadWorld(options: WorkerWorldOptions) {
  const progress: [string, number][] = []
  try {
    using world = await openWorld({
      ...options,
      onProgress: ({ doing, fraction }) => void progress.push([doing, fraction]),
    })
    return { engine: world.engine, defaults: world.defaults, progress }
  } catch (error) {
    return { code: errorCode(error), message: (error as Error).message, progress }
  }
}

/** Stops loading as soon as something is stored; tells how much that was. */
async function stopStoring(options: WorkerWorldOptions) {
  const abort = new AbortController()
  let stored = 0
  const onProgress = ({ fraction }: LoadProgress) => {
    stored = fraction
    // so much that what is sent again shows in what the site has sent
    if (fraction > 1 / 4) abort.abort()
  }
  await openWorld({ ...options, signal: abort.signal, onProgress }).catch(() => {})
  return stored
}

/** The code of the error that a request to a loaded model ends in. */
async function refusedRequest(options: WorkerWorldOptions, request: GenerateRequest) {
  using world = await openWorld(options)
  try {
    for await (const { type } of world.generate(request)) void type
    return undefined
  } catch (error) {
    return {
      code: errorCode(error),
      name: (error as Error).name,
      message: (error as Error).message,
    }
  }
}

interface Photo {
  readonly url: string
  readonly crop: Parameters<Awaited<ReturnType<typeof browserImages.open>>['resized']>[0]
  readonly size: { readonly width: number; readonly height: number }
}

/** A crop of a photograph as RGB bytes, or the code of the error. */
async function decodePhoto({ url, crop, size }: Photo) {
  try {
    const photograph = await browserImages.open(await (await fetch(url)).bytes())
    const { width, height } = photograph
    return { width, height, rgb: (await photograph.resized(crop, size)).toBase64() }
  } catch (error) {
    return { code: errorCode(error) }
  }
}

const functions = {
  makeScene,
  loadWorld,
  refusedRequest,
  decodePhoto,
  removeCheckpoint,
  stopStoring,
}

export type PageFunctions = typeof functions

Object.assign(globalThis, { flashworld: functions })
