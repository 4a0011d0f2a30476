// The process that holds the engine and the model: it loads them, says `ready`, and makes one scene after another. It
// speaks `messages.ts` with the worker that started it, and ends when that one has gone.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { CheckedRequest, MemoryWish, Precision } from 'flashworld'
import { attachImage, errorCode, loadFlashWorld, smallerMemoryOf } from 'flashworld'
import type { Backend } from 'flashworld/node'
import { encodeWebp, locateModel, nodeImages, openEngine, saveScene } from 'flashworld/node'
import { giveWay } from '../give-way.ts'
import type { JobError } from '../queue/job.ts'
import type { EngineTask, FromEngine, ToEngine } from './messages.ts'

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: '' },
    'model-path': { type: 'string', default: '' },
    backend: { type: 'string', default: 'auto' },
    precision: { type: 'string', default: 'auto' },
    memory: { type: 'string', default: '0' },
    offload: { type: 'string', multiple: true, default: [] },
  },
})

/** Nobody hears it when the worker is gone; then this process ends, too. */
const tell = (message: FromEngine) => process.send!(message, undefined, undefined, () => {})

/** A defect of ours goes to the log: clients see a job's error, and its words may tell of files. */
function errorOf(error: unknown): JobError {
  const code = errorCode(error)
  if (code !== undefined) {
    const smaller = smallerMemoryOf(error)
    return {
      code,
      message: (error as Error).message,
      ...(smaller !== undefined && {
        hint: `Ask for fewer frames or smaller pictures, or start the server with --memory ${smaller}.`,
      }),
    }
  }
  console.error(error)
  return { code: 'engine/failed', message: 'the engine failed' }
}

async function load() {
  const { source } = await locateModel(values['model-path'])
  const engine = await openEngine({
    backend: values.backend as Backend,
    precision: values.precision === 'auto' ? undefined : (values.precision as Precision),
  })
  const world = await loadFlashWorld({
    engine,
    source,
    images: nodeImages,
    name: values.model,
    memory: {
      ...(values.memory !== '0' && { gibibytes: Number(values.memory) }),
      offload: values.offload as NonNullable<MemoryWish['offload']>,
    },
    prepareFor: 'usual',
  })
  return { world, engine }
}

type Loaded = Awaited<ReturnType<typeof load>>

function tellMemory({ engine }: Loaded) {
  const { liveBytes, peakBytes } = engine.memory
  tell({ type: 'memory', liveBytes, peakBytes })
}

async function makeScene(
  loaded: Loaded,
  { request, image, folder }: EngineTask,
  signal: AbortSignal,
) {
  const generated = await loaded.world.generateScene(
    attachImage(request as CheckedRequest, image),
    {
      signal,
      async onEvent(event) {
        if (event.type === 'progress') tell(event)
        if (event.type !== 'step') return
        const preview = `step-${event.step}.webp`
        await writeFile(join(folder, preview), await encodeWebp(event.preview))
        tell({ type: 'step', step: event.step, preview })
        tellMemory(loaded)
      },
    },
  )
  let gaussians = 0
  const files = { files: [join(folder, 'scene.ply')] }
  for await (const file of saveScene(generated, files, { signal }))
    gaussians ||= file.gaussians ?? 0
  const { scene, seconds, timings } = generated
  tell({ type: 'done', result: { seed: scene.seed, gaussians, seconds, timings } })
}

let running: AbortController | undefined

async function answer(loaded: Loaded, task: EngineTask) {
  running = new AbortController()
  try {
    await makeScene(loaded, task, running.signal)
  } catch (error) {
    tell({ type: 'failed', error: errorOf(error) })
  } finally {
    tellMemory(loaded)
    running = undefined
  }
}

process.on('disconnect', () => process.exit(0))
giveWay()
try {
  const loaded = await load()
  process.on('message', (message: ToEngine) => {
    if (message.type === 'cancel') running?.abort()
    else void answer(loaded, message.task)
  })
  tell({ type: 'ready', device: loaded.engine.name })
  tellMemory(loaded)
} catch (error) {
  tell({ type: 'failed', error: errorOf(error) })
}
