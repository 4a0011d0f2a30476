// An engine process without an engine: it speaks `messages.ts`, and makes a scene of two Gaussians in four steps. What it
// does beside stands in the prompt: `wait N` takes N milliseconds a step, `fail` fails.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { EngineTask, FromEngine, ToEngine } from '../src/engine-process/messages.ts'

const tell = (message: FromEngine) => process.send!(message)

/** A WebP of one pixel. */
const preview = Buffer.from('UklGRiQAAABXRUJQVlA4IBgAAAAwAQCdASoBAAEAAUAmJaQAA3AA/v02aAA=', 'base64')

const properties = [
  ...['x', 'y', 'z', 'f_dc_0', 'f_dc_1', 'f_dc_2', 'opacity'],
  ...['scale_0', 'scale_1', 'scale_2', 'rot_0', 'rot_1', 'rot_2', 'rot_3'],
]
const vertices = [
  [0, 0, 2, 1, -1, -1, 2, -2, -2, -2, 1, 0, 0, 0],
  [0.5, 0, 2, -1, 1, -1, 2, -2, -2, -2, 1, 0, 0, 0],
]
const ply = Buffer.concat([
  Buffer.from(
    `ply\nformat binary_little_endian 1.0\nelement vertex ${vertices.length}\n${properties
      .map((name) => `property float ${name}\n`)
      .join('')}end_header\n`,
  ),
  Buffer.from(new Float32Array(vertices.flat()).buffer),
])

let running: AbortController | undefined

async function make({ request, folder }: EngineTask, signal: AbortSignal) {
  const { prompt, seed } = request as { prompt: string; seed: number }
  const ms = Number(/wait (\d+)/.exec(prompt)?.[1] ?? 0)
  for (let step = 1; step <= 4; step++) {
    tell({ type: 'progress', stage: 'transformer', step, fraction: (step - 0.5) / 4 })
    await wait(ms, undefined, { signal })
    if (prompt.includes('fail')) throw new Error('this one fails')
    await writeFile(join(folder, `step-${step}.webp`), preview)
    tell({ type: 'step', step, preview: `step-${step}.webp` })
  }
  await writeFile(join(folder, 'scene.ply'), ply)
  await writeFile(join(folder, 'scene.scene.json'), JSON.stringify(request))
  tell({
    type: 'done',
    result: { seed, gaussians: vertices.length, seconds: (4 * ms) / 1000, timings: {} },
  })
}

process.on('disconnect', () => process.exit(0))
process.on('message', (message: ToEngine) => {
  if (message.type === 'cancel') return running?.abort()
  running = new AbortController()
  make(message.task, running.signal).catch((error: Error) =>
    tell({ type: 'failed', error: { code: 'engine/failed', message: error.message } }),
  )
})
tell({ type: 'ready', device: 'none' })
