import { normalizeCameras } from '@flashworld/camera'
import type { Engine } from '@flashworld/engine'
import { createWasmEngine, floats, relativeError, withParts } from '@flashworld/engine'
import { beforeAll, describe, expect, test } from 'vitest'
import { createRoundingEngine } from '../../../../models/test/rounding-engine.ts'
import { requestContext } from '../../../test/requests.ts'
import { randomModel } from '../../model.ts'
import { checkRequest } from '../../request.ts'
import { publishedConfigs } from '../published-model.ts'
import type { RecordedStage, StagedScene } from './stages.ts'
import { computeStage, recordStages } from './stages.ts'

/** The published model's layout, narrow: as wide as layers must be to go into 8 bits. */
const z = 16
const configs = {
  textEncoder: {
    ...publishedConfigs.textEncoder,
    vocab_size: 1000,
    d_model: 256,
    num_heads: 4,
    d_ff: 512,
    num_layers: 3,
  },
  vae: {
    ...publishedConfigs.vae,
    base_dim: 16,
    decoder_base_dim: 16,
    z_dim: z,
    latents_mean: new Array<number>(z).fill(0),
    latents_std: new Array<number>(z).fill(1),
  },
  transformer: {
    ...publishedConfigs.transformer,
    num_attention_heads: 4,
    in_channels: z,
    out_channels: z,
    text_dim: 256,
    ffn_dim: 1024,
    num_layers: 3,
  },
}

const [height, width] = [64, 96]

const { prompt, cameras } = await checkRequest(
  { prompt: 'a red house', path: 'orbit-left', seed: 1, resolution: [2, height, width] },
  requestContext,
)

const scene: StagedScene = {
  prompt,
  cameras: normalizeCameras(cameras).cameras,
  height,
  width,
  photograph: {
    shape: [1, height, width, 3],
    values: Float32Array.from({ length: height * width * 3 }, (_, i) => Math.sin(i * 0.013)),
  },
  seed: 1,
}

const open = (engine: Engine) =>
  randomModel({ engine, configs, features: 64, statistics: 'bad', seed: 1 })

const largest = (values: Float32Array) =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)

/** The largest attention logit and the largest number of each stage, as `engine` meets them. */
function watched(engine: Engine, seen: { logit: number; number: number }): Engine {
  return withParts(engine, (below) => ({
    run(op, args) {
      const out = below.run(op, args)
      if (out.dtype !== 'u32') seen.number = Math.max(seen.number, largest(floats(out)))
      if (op.name === 'attention') {
        const { q, k, scale } = args as unknown as Record<'q' | 'k', typeof out> & {
          scale?: number
        }
        const [heads, size] = q.shape.slice(2) as [number, number]
        const [a, b] = [floats(q), floats(k)]
        for (let i = 0; i < a.length; i += heads * size) {
          for (let j = 0; j < b.length; j += heads * size) {
            let sum = 0
            for (let d = 0; d < size; d++) sum += a[i + d]! * b[j + d]!
            seen.logit = Math.max(seen.logit, Math.abs(sum * (scale ?? size ** -0.5)))
          }
        }
      }
      return out
    },
  }))
}

const seen = new Map<string, { logit: number; number: number }>()
const recorded: RecordedStage[] = []

beforeAll(async () => {
  const now = { logit: 0, number: 0 }
  const model = await open(watched(await createWasmEngine(), now))
  Object.assign(now, { logit: 0, number: 0 })
  for await (const stage of recordStages(model, scene)) {
    recorded.push(stage)
    seen.set(`${stage.kind} ${stage.step}`, { ...now })
    Object.assign(now, { logit: 0, number: 0 })
    if (stage.kind === 'encoder' && stage.step === 2) break
  }
  model.engine.dispose()
})

/** The largest error of what each stage makes from the same numbers in another precision. */
async function errors(engine: Engine, kinds: readonly RecordedStage['kind'][]) {
  const model = await open(engine)
  const found: Record<string, number> = {}
  for (const stage of recorded.filter(({ kind }) => kinds.includes(kind))) {
    const outputs = await computeStage(model, scene, stage)
    for (const [name, { values }] of Object.entries(stage.outputs)) {
      const error = relativeError(outputs[name]!.values, values)
      // NaN is to show
      if (!(error <= (found[`${stage.kind} ${name}`] ?? 0))) found[`${stage.kind} ${name}`] = error
    }
  }
  model.engine.dispose()
  return found
}

test('bad statistics are as bad as documented: beyond f16, and attention logits in the hundreds', () => {
  const f16End = 65504
  const streamFactor = 2 ** -4 // at which frames are carried
  expect(seen.get('text 0')!.number).toBeGreaterThan(4 * f16End)
  expect(seen.get('image 0')!.number).toBeGreaterThan(2 * f16End * streamFactor)
  expect(seen.get('decoder 1')!.number).toBeGreaterThan(2 * f16End * streamFactor)
  expect(seen.get('transformer 1')!.logit).toBeGreaterThan(100)
})

describe('on bad statistics', () => {
  test('f16 storage is finite in every stage, and as near to f32 as its roundings allow', async () => {
    const engine = createRoundingEngine(await createWasmEngine())
    const found = await errors(engine, ['text', 'image', 'transformer', 'decoder', 'encoder'])
    // attention logits in the hundreds make of a relative 2^-12 an error of a tenth in a weight
    for (const stage of ['text embeds', 'transformer velocity', 'transformer features'])
      expect(found[stage], stage).toBeLessThan(4e-2)
    for (const stage of ['image moments', 'decoder gaussians', 'encoder moments'])
      expect(found[stage], stage).toBeLessThan(4e-3)
  })

  test('8 bits keep what stands beside an outlier', async () => {
    const engine = createRoundingEngine(await createWasmEngine(), { bytes: true })
    const found = await errors(engine, ['transformer'])
    // layers in e4m3, as published, are off by 0.04 to 0.13 here; unbalanced ones in 8 bits by 0.3 to 0.5
    expect(found['transformer velocity']).toBeLessThan(0.1)
    expect(found['transformer features']).toBeLessThan(0.1)
  })
})
