/**
 * What a precision costs: one scene of the published model's sizes (random weights) in f32, and how far the others are from it,
 * as relative L2 of each step's latents and PSNR of the last render: `node bench/precision.ts [--resolution NxHxW]`.
 */
import { parseArgs } from 'node:util'
import { normalizeCameras } from '../packages/camera/src/index.ts'
import { relativeError } from '../packages/engine/src/index.ts'
import { encodeText, wanTransformerConfig } from '../packages/models/src/index.ts'
import { seededDraws } from '../packages/flashworld/src/draws.ts'
import type { Precision } from '../packages/flashworld/src/index.ts'
import { checkRequest, precisions } from '../packages/flashworld/src/index.ts'
import {
  publishedConfigs,
  publishedFeatures,
  randomModel,
} from '../packages/flashworld/src/lab/index.ts'
import { gpuEngine, nodeImages, openGpu } from '../packages/flashworld/src/node/index.ts'
import { defaultsOf } from '../packages/flashworld/src/known-models.ts'
import { sample } from '../packages/flashworld/src/sampler.ts'

const { values: options } = parseArgs({
  options: { resolution: { type: 'string', default: '8x256x352' } },
})
const resolution = options.resolution.split('x').map(Number) as [number, number, number]
const request = await checkRequest(
  { prompt: 'a red house beside a green tree on snow', path: 'orbit-left', seed: 1, resolution },
  {
    defaults: defaultsOf(
      wanTransformerConfig(publishedConfigs.transformer, publishedFeatures),
      'full',
    ),
    images: nodeImages,
  },
)
const gpu = await openGpu()
if (!gpu.device) throw new Error(`bench: no GPU: ${gpu.why}`)

/** Latents and render of each step but the last. */
async function steps(precision: Precision) {
  const engine = gpuEngine(gpu as Exclude<typeof gpu, { device: undefined }>, precision)
  const configs = publishedConfigs
  const model = await randomModel({ engine, configs, features: publishedFeatures, seed: 1 })
  const made: { latents: Float32Array; render: Float32Array }[] = []
  await sample(
    engine,
    model,
    {
      embeds: await encodeText(engine, model.textEncoder, model.tokenize(request.prompt)),
      cameras: normalizeCameras(request.cameras).cameras,
      height: resolution[1],
      width: resolution[2],
      draws: seededDraws(1),
    },
    {
      onWork: () => engine.pace(),
      onStep: async ({ latents2d, render }) => {
        made.push({ latents: await engine.read(latents2d), render: await engine.read(render) })
      },
    },
  )
  engine.dispose()
  return made
}

const exact = await steps('f32')
console.log(`${gpu.name}, ${options.resolution}, against f32`)
for (const precision of precisions.filter((precision) => precision !== 'f32')) {
  const made = await steps(precision)
  const errors = made.map(({ latents }, i) => relativeError(latents, exact[i]!.latents))
  // colours are from -1 to 1, and the fourth channel is depth
  const colors = (x: Float32Array) => x.filter((_, i) => i % 4 < 3)
  const [a, b] = [made, exact].map((all) => colors(all.at(-1)!.render)) as [
    Float32Array,
    Float32Array,
  ]
  const mean = a.reduce((sum, v, i) => sum + (v - b[i]!) ** 2, 0) / a.length
  console.log(
    `${precision}: latents ${errors.map((e) => e.toExponential(1)).join(', ')}; last render ${(10 * Math.log10(4 / mean)).toFixed(1)} dB`,
  )
}
process.exit()
