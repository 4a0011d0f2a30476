// An engine program without an engine: it speaks `engine-process/messages.ts`, and does what the prompt says. `make` and
// anything else: makes a scene in the milliseconds of `FAKE_ENGINE_MS`. `wait`: until it is cancelled. `hang`: is deaf to a cancel. `hang-once`, `die-once`,
// `lose-once`: only the first time that this folder's job is tried. `die`, `lose`, `refuse`. Where `FAKE_ENGINE_HISTORY`
// names a file, each start and end is a line of it.
import { appendFileSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EngineTask, FromEngine, ToEngine } from '../src/engine-process/messages.ts'

const { FAKE_ENGINE_MS = '20', FAKE_ENGINE_LOAD = 'ready', FAKE_ENGINE_HISTORY } = process.env

const tell = (message: FromEngine) => process.send!(message, undefined, undefined, () => {})

let finish: NodeJS.Timeout | undefined

function record(type: string, task: EngineTask) {
  if (FAKE_ENGINE_HISTORY === undefined) return
  const [job, attempt] = task.folder.split('/').at(-1)!.split('.')
  appendFileSync(
    FAKE_ENGINE_HISTORY,
    `${JSON.stringify({ type, job, attempt: Number(attempt) })}\n`,
  )
}

/** Whether this job is tried for the first time. Its attempts have folders of their own: the job's id tells. */
function isFirst({ folder }: EngineTask): boolean {
  const mark = `${folder.replace(/\.\d+$/, '')}-tried`
  if (existsSync(mark)) return false
  writeFileSync(mark, '')
  return true
}

function lose() {
  tell({ type: 'failed', error: { code: 'engine/lost', message: 'the device was lost' } })
}

function make(task: EngineTask) {
  writeFileSync(join(task.folder, 'step-1.webp'), 'preview')
  tell({ type: 'progress', stage: 'denoise', step: 1, fraction: 0.5 })
  tell({ type: 'step', step: 1, preview: 'step-1.webp' })
  finish = setTimeout(() => {
    writeFileSync(join(task.folder, 'scene.ply'), `${task.folder} by ${process.pid}`)
    record('made', task)
    tell({ type: 'done', result: { seed: 1, gaussians: 1, seconds: 1, timings: {} } })
  }, Number(FAKE_ENGINE_MS))
}

let isDeaf = false

function run(task: EngineTask) {
  record('started', task)
  const { prompt } = task.request as { readonly prompt: string }
  const [what, once] = prompt.split('-')
  if (once === 'once' && !isFirst(task)) make(task)
  else if (what === 'die') process.kill(process.pid, 'SIGKILL')
  else if (what === 'lose') lose()
  else if (what === 'hang' || what === 'wait') {
    isDeaf = what === 'hang'
    tell({ type: 'progress', stage: 'denoise', step: 1, fraction: 0.5 })
  } else if (what === 'refuse')
    tell({ type: 'failed', error: { code: 'request/invalid', message: 'no' } })
  else make(task)
}

process.on('disconnect', () => process.exit(0))
process.on('message', (message: ToEngine) => {
  if (message.type === 'run') return run(message.task)
  if (isDeaf) return
  clearTimeout(finish)
  tell({ type: 'failed', error: { code: 'engine/cancelled', message: 'cancelled' } })
})
if (FAKE_ENGINE_LOAD === 'ready') tell({ type: 'ready', device: `fake ${process.pid}` })
if (FAKE_ENGINE_LOAD === 'failed')
  tell({ type: 'failed', error: { code: 'weights/missing', message: 'no weights' } })
