import { createFlashWorld, publishedConfigs, publishedFeatures, randomModel } from './packages/flashworld/src/lab/index.ts'
import { gpuEngine, nodeImages, openGpu } from './packages/flashworld/src/node/index.ts'
const gpu = await openGpu(); const engine = gpuEngine(gpu, 'f16')
const model = await randomModel({ engine, configs: publishedConfigs, features: publishedFeatures, seed: 1 })
const world = createFlashWorld(model, { images: nodeImages, name: 'full' })
for (let i = 0; i < 4; i++) {
  const t0 = performance.now(); let last = t0
  const rows: string[] = []
  let at = ''
  for await (const e of world.generate({ prompt: 'a red house beside a green tree on snow at sunset', path: 'orbit-left', seed: i })) {
    const now = performance.now()
    const key = e.type === 'progress' ? `${e.stage} ${e.step}` : e.type
    if (key !== at) { rows.push(`${key} @${(now - t0).toFixed(0)}`); at = key }
    if (e.type === 'done') rows.push(JSON.stringify(e.timings), String(engine.memory.peakBytes / 2**30))
    last = now
  }
  console.log(rows.join('  '), `end ${(last - t0).toFixed(0)}`)
}
process.exit()
