// An engine process for tests that takes four steps over a scene of two Gaussians, and tells each. What it does beside
// stands in the prompt: `wait N` takes N milliseconds a step, `fail` fails. Lens
// and index that it was asked for are told as timings.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { CheckedRequest } from 'flashworld'
// nothing else of the packages: it is started for nearly every test, and would load them for longer than it works
import { encodeWebp } from '../../../packages/flashworld/src/node/pictures.ts'
import { writePly } from '../../../packages/splats/src/formats/ply/write.ts'
import { allocateGaussians } from '../../../packages/splats/src/gaussians.ts'
import type { EngineTask, FromEngine, ToEngine } from '../src/engine-process/messages.ts'

const tell = (message: FromEngine) => process.send!(message)

const grey = { width: 96, height: 64, rgba: new Uint8ClampedArray(96 * 64 * 4).fill(128) }

/** Two Gaussians in front of the camera. */
function pair() {
  const gaussians = allocateGaussians(2, 0)
  gaussians.positions.set([-0.3, 0, -2, 0.3, 0, -2])
  gaussians.scales.fill(0.2)
  gaussians.rotations.set([1, 0, 0, 0, 1, 0, 0, 0])
  gaussians.opacities.fill(0.9)
  return gaussians
}

let running: AbortController | undefined

async function make({ request, folder }: EngineTask, signal: AbortSignal) {
  const { prompt, seed, cameras, imageIndex } = request as CheckedRequest
  const ms = Number(/wait (\d+)/.exec(prompt)?.[1] ?? 0)
  for (let step = 1; step <= 4; step++) {
    tell({ type: 'progress', stage: 'transformer', step, fraction: (step - 0.5) / 4 })
    await wait(ms, undefined, { signal })
    if (prompt.includes('fail')) throw new Error('this one fails')
    await writeFile(join(folder, `step-${step}.webp`), await encodeWebp(grey))
    tell({ type: 'step', step, preview: `step-${step}.webp` })
  }
  await writeFile(join(folder, 'scene.ply'), await Array.fromAsync(writePly(pair())))
  tell({
    type: 'done',
    result: {
      seed,
      gaussians: 2,
      seconds: (4 * ms) / 1000,
      timings: { fx: cameras[0]!.fx, imageIndex },
    },
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
