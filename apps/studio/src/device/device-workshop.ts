import type { GenerateEvent, Picture, Scene } from 'flashworld'
import type {
  Capabilities,
  Conversion,
  SceneEvent,
  SceneRequest,
  ServerFailure,
  ServerModel,
  SubmittedScene,
} from 'flashworld/client'
import { ServerAnswerError } from 'flashworld/client'
import { randomSeed } from '../generation/request.ts'
import { keptFile, newDeviceScene } from '../workshop/workshop.ts'
import type { Workshop } from '../workshop/workshop.ts'
import type { WrittenFile } from './scene-files.ts'
import type { SceneLog } from './scene-log.ts'
import { createSceneLog } from './scene-log.ts'
import type { WorldKeeper } from './world-keeper.ts'

/** What a workshop of this device is made of. */
export interface DeviceParts {
  readonly keeper: WorldKeeper
  /** What is known of the chosen model before it is loaded. */
  readonly model: (signal?: AbortSignal) => Promise<ServerModel>
  readonly capabilities: Capabilities
  readonly writeScene: (scene: Pick<Scene, 'gaussians' | 'frame'>) => Promise<WrittenFile>
  readonly convert: (
    file: Blob,
    name: string,
    to: Conversion,
    signal?: AbortSignal,
  ) => Promise<WrittenFile>
  readonly encodePicture: (picture: Picture) => Promise<Blob>
  readonly newId?: () => string
  /** Milliseconds that a cancelled scene has to end by itself, before its worker is ended. */
  readonly patience?: number
}

/** A scene that is made, or was. */
interface DeviceScene {
  readonly id: string
  readonly request: SceneRequest
  readonly seed: number
  readonly log: SceneLog
  readonly stop: AbortController
  readonly files: Map<string, Blob>
}

/** How often a scene is begun: a device that is lost once may have had a bad moment, one that is lost twice is asked about. */
const attempts = 2

/**
 * Makes worlds in this page's own worker, one after the other, and speaks as a server does. What it has made it gives
 * once: the studio's library keeps it.
 */
export function createDeviceWorkshop({
  keeper,
  model,
  capabilities,
  writeScene,
  convert,
  encodePicture,
  newId = () => crypto.randomUUID(),
  patience = 1500,
}: DeviceParts): Workshop {
  const scenes = new Map<string, DeviceScene>()
  const line: DeviceScene[] = []
  let isWorking = false
  let secondsPerPixel: number | null = null

  const find = (id: string): DeviceScene => {
    const scene = scenes.get(id)
    if (scene) return scene
    const message = 'the page that made this world was left'
    throw new ServerAnswerError(404, { code: 'job/unknown', message })
  }

  const add = (request: SceneRequest, seed: number): SubmittedScene => {
    const scene: DeviceScene = {
      id: newDeviceScene(newId()),
      request,
      seed,
      log: createSceneLog(),
      stop: new AbortController(),
      files: new Map(),
    }
    const ahead = line.length
    scenes.set(scene.id, scene)
    line.push(scene)
    scene.log.tell({ type: 'place', ahead })
    void work()
    return submitted(scene, ahead)
  }

  const submitted = (scene: DeviceScene, ahead: number): SubmittedScene => {
    const [frames, height, width] = scene.request.resolution!
    return {
      id: scene.id,
      state: 'queued',
      ahead,
      estimatedSeconds: secondsPerPixel && secondsPerPixel * frames * height * width * (ahead + 1),
      budgetSeconds: Infinity,
      prompt: scene.request.prompt ?? '',
      seed: scene.seed,
      resolution: [frames, height, width],
      createdAt: new Date().toISOString(),
      startedAt: null,
      endedAt: null,
      result: null,
      error: null,
      files: [],
      warnings: [],
    }
  }

  /** Makes all that wait, the first first. */
  const work = async () => {
    if (isWorking) return
    isWorking = true
    for (let scene = line[0]; scene; scene = line[0]) {
      if (!scene.stop.signal.aborted) await makeOrFail(scene)
      line.shift()
      line.forEach(({ log }, i) => log.tell({ type: 'place', ahead: i }))
    }
    isWorking = false
  }

  const makeOrFail = async (scene: DeviceScene) => {
    for (let attempt = 1; ; attempt++) {
      try {
        scene.log.tell({ type: 'started', attempt })
        return await make(scene)
      } catch (error) {
        if (scene.stop.signal.aborted) return
        const failure = failureOf(error)
        const isLost = lostCodes.includes(failure.code)
        // what is left of a device that was lost is of no use to anybody
        if (isLost) keeper.drop()
        if (!isLost || attempt === attempts) return scene.log.tell({ type: 'failed', ...failure })
        scene.log.tell({ type: 'retry', ...failure })
      }
    }
  }

  const make = async (scene: DeviceScene) => {
    const { request, log, stop } = scene
    const { signal } = stop
    const world = await keeper.world({
      signal,
      onProgress: ({ doing }) => log.tell({ type: 'progress', stage: doing, step: 0, fraction: 0 }),
    })
    const { image, ...asked } = request
    const photograph =
      image instanceof Blob ? new Uint8Array(await image.arrayBuffer()) : (image ?? null)
    const events = world.generate({ ...asked, seed: scene.seed, image: photograph }, { signal })
    const calm = impatient(signal, patience, keeper.drop)
    try {
      await hear(events, scene)
    } finally {
      calm()
    }
  }

  /** Tells what happens to a scene, and takes what it gives. */
  const hear = async (
    events: AsyncIterable<GenerateEvent>,
    { request, seed, log, files }: DeviceScene,
  ) => {
    let made: WrittenFile | undefined
    for await (const event of events) {
      switch (event.type) {
        case 'started':
          break
        case 'progress':
          log.tell(event)
          break
        case 'step': {
          const name = `step-${event.step}.webp`
          files.set(name, await encodePicture(event.preview))
          log.tell({ type: 'step', step: event.step, preview: name })
          break
        }
        case 'scene':
          log.tell({ type: 'progress', stage: 'writing', step: 4, fraction: 1 })
          made = await writeScene(event.scene)
          break
        case 'done': {
          const { seconds, timings } = event
          const [frames, height, width] = request.resolution!
          secondsPerPixel = seconds / (frames * height * width)
          keepOnly(files)
          files.set(keptName, made!.file)
          log.tell({ type: 'done', seed, gaussians: made!.gaussians, seconds, timings })
        }
      }
    }
  }

  /** Memory holds the files of one scene: the others are in the library, or of no more use. */
  const keepOnly = (files: ReadonlyMap<string, Blob>) => {
    for (const scene of scenes.values()) {
      if (scene.files !== files && scene.log.isFinal) scene.files.delete(keptName)
    }
  }

  return {
    scenes: {
      create: async (request) => add(await complete(request), request.seed ?? randomSeed()),
      async createBatch(request, seeds) {
        const each = typeof seeds === 'number' ? Array.from({ length: seeds }, randomSeed) : seeds
        const whole = await complete(request)
        return each.map((seed) => add(whole, seed))
      },
      async cancel(id) {
        const scene = find(id)
        scene.stop.abort(new DOMException('cancelled', 'AbortError'))
        scene.log.tell({ type: 'cancelled' })
        return submitted(scene, 0)
      },
      async remove(id) {
        const scene = scenes.get(id)
        scene?.stop.abort()
        scene?.log.tell({ type: 'cancelled' })
        scenes.delete(id)
      },
      async file(id, name) {
        const file = scenes.get(id)?.files.get(name)
        if (file) return new Response(file)
        const message = `this page has no ${name} of that world`
        throw new ServerAnswerError(404, { code: 'file/unknown', message })
      },
    },
    async *events(id, { signal } = {}): AsyncGenerator<SceneEvent, void, undefined> {
      yield* find(id).log.follow(signal)
    },
    async convert(file, name, to, { signal } = {}) {
      return new Response((await convert(file, name, to, signal)).file)
    },
    async queue() {
      const waiting = line.filter(({ log }) => !log.isFinal).length
      const running = Math.min(1, waiting)
      return {
        counts: { queued: waiting - running, running, completed: 0, failed: 0, cancelled: 0 },
        oldestSeconds: 0,
        secondsPerPixel,
      }
    },
    models: async ({ signal } = {}) => [await model(signal)],
    capabilities: async () => capabilities,
  }

  /** A request that says how large its pictures are. */
  async function complete(request: SceneRequest): Promise<SceneRequest> {
    return { ...request, resolution: request.resolution ?? [...(await model()).resolution] }
  }
}

const keptName = keptFile(newDeviceScene(''))

/** What a failure is called when the device, or the worker that has it, is gone. */
const lostCodes: readonly string[] = ['engine/lost', 'worker/failed']

function failureOf(error: unknown): ServerFailure {
  const { code, message, hint } = error as { code?: string; message?: string; hint?: string }
  return { code: code ?? 'studio/failed', message: message ?? String(error), hint }
}

/** Acts when a signal has aborted and some time has passed. @returns what ends the wait */
function impatient(signal: AbortSignal, milliseconds: number, act: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const wait = () => (timer = setTimeout(act, milliseconds))
  signal.addEventListener('abort', wait)
  return () => {
    clearTimeout(timer)
    signal.removeEventListener('abort', wait)
  }
}
