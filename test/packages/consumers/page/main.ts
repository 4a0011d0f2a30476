// Makes a scene in this tab, and says how many Gaussians it has.
import { createWorkerWorld } from 'flashworld/browser'

const output = document.querySelector('output')!
const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
const world = await createWorkerWorld(worker, { source: { url: '/mini/' } })
const { scene } = await world.generateScene({
  prompt: 'a red house on grass',
  resolution: [8, 64, 64],
  seed: 1,
})
output.value = `${scene.gaussians.count} Gaussians`
