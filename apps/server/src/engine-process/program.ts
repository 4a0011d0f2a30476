// The process that holds the engine and the model: it loads them, says `ready`, and makes one scene after another. It
// speaks `messages.ts` with the worker that started it, and ends when that one has gone.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { GenerateEvent, GenerateRequest } from 'flashworld'
import { checkRequest, errorCode, loadFlashWorld } from 'flashworld'
import type { Backend } from 'flashworld/node'
import { encodeWebp, folderSource, nodeImages, openEngine, saveScene } from 'flashworld/node'
import type { JobError } from '../queue/job.ts'
import type { EngineTask, FromEngine, ToEngine } from './messages.ts'

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: '' },
    folder: { type: 'string', default: '' },
    backend: { type: 'string', default: 'auto' },
    precision: { type: 'string', default: 'f16' },
    'offload-text': { type: 'boolean', default: false },
  },
})

const tell = (message: FromEngine) => process.send!(message)

const errorOf = (error: unknown): JobError => ({
  code: errorCode(error) ?? 'engine/failed',
  message: error instanceof Error ? error.message : String(error),
})

async function load() {
  const engine = await openEngine({
    backend: values.backend as Backend,
    precision: values.precision as 'f16' | 'f32',
  })
  const world = await loadFlashWorld({
    engine,
    source: folderSource(values.folder),
    images: nodeImages,
    offloadText: values['offload-text'],
  })
  return { engine, world }
}

type Loaded = Awaited<ReturnType<typeof load>>

async function makeScene({ engine, world }: Loaded, task: EngineTask, signal: AbortSignal) {
  const request = { ...(task.request as GenerateRequest), ...(task.image && { image: task.image }) }
  const checked = checkRequest(request, world.defaults)
  let scene: (GenerateEvent & { type: 'scene' })['scene'] | undefined
  for await (const event of world.generate(request, { signal })) {
    if (event.type === 'progress') tell(event)
    if (event.type === 'scene') scene = event.scene
    if (event.type === 'step') {
      const preview = `step-${event.step}.webp`
      await writeFile(join(task.folder, preview), await encodeWebp(event.preview))
      tell({ type: 'step', step: event.step, preview })
    }
    if (event.type === 'done') {
      const making = { scene: scene!, request: checked, done: event, engine, model: values.model }
      let gaussians = 0
      const files = { files: [join(task.folder, 'scene.ply')] }
      for await (const file of saveScene(making, files, { signal }))
        gaussians ||= file.gaussians ?? 0
      const { seed } = scene!
      const { seconds, timings } = event
      tell({ type: 'done', result: { seed, gaussians, seconds, timings } })
    }
  }
}

let running: AbortController | undefined

async function answer(loaded: Loaded, task: EngineTask) {
  running = new AbortController()
  try {
    await makeScene(loaded, task, running.signal)
  } catch (error) {
    tell({ type: 'failed', error: errorOf(error) })
  } finally {
    running = undefined
  }
}

process.on('disconnect', () => process.exit(0))
try {
  const loaded = await load()
  process.on('message', (message: ToEngine) => {
    if (message.type === 'cancel') running?.abort()
    else void answer(loaded, message.task)
  })
  tell({ type: 'ready', device: loaded.engine.name })
} catch (error) {
  tell({ type: 'failed', error: errorOf(error) })
}
