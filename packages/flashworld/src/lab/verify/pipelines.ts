import { transpose } from '@flashworld/engine'
import {
  CAMERA_FLOATS,
  normalizeCameras,
  packCameras,
  resampleCameras,
  unpackCameras,
} from '@flashworld/camera'
import { encodeText } from '@flashworld/models'
import { rasterize } from '@flashworld/raster'
import type { Engine } from '@flashworld/engine'
import type { Draws } from '../../draws.ts'
import type { Model } from '../../model.ts'
import { sample } from '../../sampler.ts'
import type { Cases } from './cases.ts'
import type { Computed } from './compare.ts'
import { renderPlanes } from './stages.ts'

export const pipelines = ['pipe_image', 'pipe_text'] as const

export type PipelineName = (typeof pipelines)[number]

/** A whole generation with the recorded draws, from the text and the raw cameras on. */
export async function* runPipeline(
  model: Model,
  cases: Cases,
  name: PipelineName,
): AsyncGenerator<Computed> {
  const { engine } = model
  const raw = unpackCameras((await cases.get('cameras.raw')).values, cases)
  const { cameras, frame } = normalizeCameras(resampleCameras(raw, cases.frames))
  const { height, width } = cases
  yield { name: `${name}.T_norm`, shape: [1, 1, 1], values: Float32Array.of(frame.extent) }
  yield { name: `${name}.ref_w2c`, shape: [1, 1, 4, 4], values: Float32Array.from(frame.reference) }

  const steps: Computed[] = []
  const { gaussians } = await sample(
    engine,
    model,
    {
      embeds: await encodeText(engine, model.textEncoder, model.tokenize(cases.text)),
      cameras,
      height,
      width,
      ...(name === 'pipe_image' && { image: await goldenImage(model, cases) }),
      draws: await recordedDraws(cases, name),
    },
    {
      onWork: () => engine.settle(),
      onStep: async ({ step, latents2d, render, latents3d }) => {
        const prefix = `${name}.step${step - 1}`
        steps.push(
          latentPlanes(`${prefix}.latents2d`, latents2d.shape, await engine.read(latents2d)),
        )
        const [rgb] = renderPlanes(prefix, render.shape, await engine.read(render))
        steps.push(
          rgb!,
          latentPlanes(`${prefix}.latents3d`, latents3d.shape, await engine.read(latents3d)),
        )
      },
    },
  )
  yield* steps
  yield { name: `${name}.gaussians`, shape: gaussians.shape, values: await engine.read(gaussians) }
  const views = rasterize(
    engine,
    gaussians,
    engine.upload(packCameras(cameras), [cameras.length, CAMERA_FLOATS]),
    {
      height,
      width,
      background: [1, 1, 1],
    },
  )
  yield* renderPlanes(name, views.shape, await engine.read(views))
}

async function goldenImage({ engine }: Model, cases: Cases) {
  const { shape, values } = transpose(await cases.get('image'), [1, 2, 0])
  return { pixels: engine.upload(values, [1, ...shape]), index: cases.imageIndex }
}

/** The draws that were recorded, in their order. Posteriors are `[n, Z, 1, h, w]`, noise is `[1, Z, n, h, w]`. */
async function recordedDraws(cases: Cases, name: PipelineName): Promise<Draws> {
  const names = [...cases.names].filter((key) => key.startsWith(`${name}.draw`)).sort()
  const recorded = await Promise.all(names.map((key) => cases.get(key)))
  const next = (engine: Engine, shape: readonly number[]) => {
    const draw = recorded.shift()
    if (!draw) throw new Error(`verify: expected one more ${name}.draw`)
    return engine.upload(transpose(draw, [0, 2, 3, 4, 1]).values, shape)
  }
  return { posterior: next, noise: next }
}

/** `[n, h, w, Z]` as the goldens have latents: `[1, Z, n, h, w]`. */
function latentPlanes(name: string, shape: readonly number[], values: Float32Array): Computed {
  const [n, h, w, z] = shape as [number, number, number, number]
  return { name, ...transpose({ shape: [1, n, h, w, z], values }, [0, 4, 1, 2, 3]) }
}
