// An engine process for tests: it speaks the messages, makes the same tiny scene of every request at once, and holds
// one whose prompt is `hold` until it is cancelled; one whose prompt is `fail` fails.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CheckedRequest } from 'flashworld'
// nothing else of the packages: it is started for nearly every test, and would load them for longer than it works
import { encodeWebp } from '../../../packages/flashworld/src/node/pictures.ts'
import { writePly } from '../../../packages/splats/src/formats/ply/write.ts'
import { allocateGaussians } from '../../../packages/splats/src/gaussians.ts'
import type { EngineTask, FromEngine, ToEngine } from '../src/engine-process/messages.ts'

const tell = (message: FromEngine) => process.send!(message)

/** A few grey Gaussians in front of the camera. */
function tinyCloud(count: number) {
  const gaussians = allocateGaussians(count, 0)
  for (let i = 0; i < count; i++) {
    gaussians.positions.set([(i % 10) / 10 - 0.5, Math.floor(i / 10) / 10 - 0.5, -2], i * 3)
    gaussians.scales.set([0.05, 0.05, 0.05], i * 3)
    gaussians.rotations.set([1, 0, 0, 0], i * 4)
    gaussians.opacities[i] = 0.9
  }
  return gaussians
}

async function makeScene({ request, folder }: EngineTask) {
  const { prompt, seed } = request as CheckedRequest
  if (prompt === 'hold') return
  if (prompt === 'fail') {
    const error = { code: 'scene/not-finite', message: 'scene: expected finite numbers' }
    return tell({ type: 'failed', error })
  }
  tell({ type: 'progress', stage: 'step', step: 1, fraction: 0.5 })
  const grey = { width: 8, height: 8, rgba: new Uint8ClampedArray(256).fill(128) }
  await writeFile(join(folder, 'step-1.webp'), await encodeWebp(grey))
  tell({ type: 'step', step: 1, preview: 'step-1.webp' })
  const gaussians = tinyCloud(100)
  await writeFile(join(folder, 'scene.ply'), await Array.fromAsync(writePly(gaussians)))
  const result = { seed, gaussians: gaussians.count, seconds: 0.1, timings: { step: 0.1 } }
  tell({ type: 'done', result })
}

process.on('disconnect', () => process.exit(0))
process.on('message', (message: ToEngine) => {
  if (message.type === 'run') void makeScene(message.task)
  else tell({ type: 'failed', error: { code: 'engine/cancelled', message: 'cancelled' } })
})
tell({ type: 'ready', device: 'fake' })
