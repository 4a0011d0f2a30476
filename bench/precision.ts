/**
 * What a precision costs: one scene of the published model's sizes in f32, and how far the others are from it, as relative L2
 * of each step's latents and PSNR of the last render; then stage by stage, each from the f32 scene's own numbers:
 * `node bench/precision.ts [--weights random:SEED|bad:SEED] [--resolution NxHxW]`.
 */
import { parseArgs } from 'node:util'
import { normalizeCameras } from '../packages/camera/src/index.ts'
import { relativeError } from '../packages/engine/src/index.ts'
import { encodeText, wanTransformerConfig } from '../packages/models/src/index.ts'
import { seededDraws } from '../packages/flashworld/src/draws.ts'
import type { Precision } from '../packages/flashworld/src/index.ts'
import { checkRequest, precisions } from '../packages/flashworld/src/index.ts'
import type { RecordedStage } from '../packages/flashworld/src/lab/index.ts'
import {
  computeStage,
  publishedConfigs,
  publishedFeatures,
  randomModel,
  recordStages,
} from '../packages/flashworld/src/lab/index.ts'
import { gpuEngine, nodeImages, openGpu } from '../packages/flashworld/src/node/index.ts'
import { defaultsOf } from '../packages/flashworld/src/known-models.ts'
import { sample } from '../packages/flashworld/src/sampler.ts'

const { values: options } = parseArgs({
  options: {
    weights: { type: 'string', default: 'random:1' },
    resolution: { type: 'string', default: '8x256x352' },
  },
})
const [statistics, seed] = options.weights.split(':') as ['random' | 'bad', string]
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

const { cameras } = normalizeCameras(request.cameras)
const [, height, width] = resolution
const scene = {
  prompt: request.prompt,
  cameras,
  height,
  width,
  photograph: {
    shape: [1, height, width, 3],
    values: Float32Array.from({ length: height * width * 3 }, (_, i) => Math.sin(i * 0.0013)),
  },
  seed: 1,
}

const open = (precision: Precision) =>
  randomModel({
    engine: gpuEngine(gpu as Exclude<typeof gpu, { device: undefined }>, precision),
    configs: publishedConfigs,
    features: publishedFeatures,
    statistics,
    seed: Number(seed),
  })

/** Latents and render of each step but the last. */
async function steps({ engine, ...model }: Awaited<ReturnType<typeof open>>) {
  const made: { latents: Float32Array; render: Float32Array }[] = []
  await sample(
    engine,
    { engine, ...model },
    {
      embeds: await encodeText(engine, model.textEncoder, model.tokenize(request.prompt)),
      cameras,
      height,
      width,
      draws: seededDraws(1),
    },
    {
      onWork: () => engine.pace(),
      onStep: async ({ latents2d, render }) => {
        made.push({ latents: await engine.read(latents2d), render: await engine.read(render) })
      },
    },
  )
  return made
}

const f32 = await open('f32')
const exact = await steps(f32)
const stages: RecordedStage[] = []
for await (const stage of recordStages(f32, scene)) stages.push(stage)
f32.engine.dispose()

console.log(`${gpu.name}, ${options.weights}, ${options.resolution}, against f32`)
const notFinite = (x: Float32Array) => x.reduce((n, v) => n + (Number.isFinite(v) ? 0 : 1), 0)
for (const { kind, step, outputs } of stages) {
  for (const [name, { values }] of Object.entries(outputs)) {
    const most = values.reduce((most, v) => Math.max(most, Math.abs(v)), 0)
    console.log(
      `f32: ${kind} ${step} ${name}: largest ${most.toPrecision(3)}, not finite ${notFinite(values)}`,
    )
  }
}
for (const precision of precisions.filter((precision) => precision !== 'f32')) {
  const model = await open(precision)
  const made = await steps(model)
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
  for (const stage of stages) {
    const outputs = await computeStage(model, scene, stage)
    const words = Object.entries(stage.outputs).map(([name, { values }]) => {
      const got = outputs[name]!.values
      return `${name} ${relativeError(got, values).toExponential(1)} (not finite ${notFinite(got)})`
    })
    console.log(`${precision}: ${stage.kind} ${stage.step}: ${words.join(', ')}`)
  }
  model.engine.dispose()
}
process.exit()
