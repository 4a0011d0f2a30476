// The whole model on WebGPU. In one file, so in one process: a software device takes half a minute to compile the kernels, and
// these share them. The stages are held against their goldens there by the tests of the networks.
import { describe, expect, test } from 'vitest'
import { normalizeCameras, templatePath } from '@flashworld/camera'
import type { Engine } from '@flashworld/engine'
import { createWebGpuEngine } from '@flashworld/engine'
import { encodeText } from '@flashworld/models'
import { testDevice } from '../../engine/test/engines.ts'
import { seededDraws } from '../src/draws.ts'
import { openCases } from '../src/lab/verify/cases.ts'
import type { Comparison } from '../src/lab/verify/compare.ts'
import { compare, tolerances } from '../src/lab/verify/compare.ts'
import { runPipeline } from '../src/lab/verify/pipelines.ts'
import type { Planner } from '../src/memory/plan.ts'
import { residentPlan } from '../src/memory/plan.ts'
import { loadModel } from '../src/model.ts'
import { folderSource } from '../src/node/index.ts'
import { sample } from '../src/sampler.ts'

const gpu = await testDevice()

const source = folderSource('test/goldens/tiny')

const uncounted = { peakBytes: 0, broughtBytes: 0 }

const allResident: Planner = (facts) => ({ ...residentPlan(facts), ...uncounted })

const allHeld: Planner = (facts) => ({
  ...allResident(facts),
  held: { textEncoder: Infinity, vae: Infinity, transformer: Infinity, reconDecoder: Infinity },
})

/** The first step's latents by a plan, and what the engine counted. */
async function firstStep(engine: Engine, plan: Planner) {
  using model = await loadModel({ engine, source, plan })
  const before = engine.memory.broughtBytes
  let latents: Float32Array | undefined
  const stop = new Error('the first step is enough')
  const size = { height: 32, width: 32 }
  const { cameras } = normalizeCameras(templatePath('orbit-left:20', { count: 2, size }))
  const making = engine.scope(async (engine) =>
    sample(
      engine,
      model,
      {
        embeds: await encodeText(engine, model.textEncoder, model.tokenize('a red barn')),
        cameras,
        ...size,
        draws: seededDraws(5),
      },
      {
        async onStep({ latents3d }) {
          latents = await engine.read(latents3d)
          throw stop
        },
      },
    ),
  )
  await expect(making).rejects.toBe(stop)
  return { latents: latents!, broughtBytes: engine.memory.broughtBytes - before }
}

describe.runIf(gpu)('on webgpu', { timeout: 900_000 }, () => {
  test('a whole pipeline agrees with the published code', async () => {
    const engine = createWebGpuEngine(gpu!)
    const model = await loadModel({ engine, source })
    const cases = await openCases(source)
    const compared: Comparison[] = []
    await engine.scope(async (engine) => {
      for await (const computed of runPipeline({ ...model, engine }, cases, 'pipe_image'))
        if (cases.names.has(computed.name))
          compared.push(await compare(cases, computed, tolerances.f32))
    })
    expect(compared.filter((c) => !c.passed)).toEqual([])
    expect(compared.length).toBeGreaterThan(10)
    model.dispose()
    expect(engine.memory.liveBuffers).toBe(0)
    engine.dispose()
  })

  test("a model that stays in the host's memory computes the same to the bit, in less of the device", async () => {
    const engine = createWebGpuEngine(gpu!)
    const streamed = await firstStep(engine, allHeld)
    const peakBytes = engine.memory.peakBytes
    expect(engine.memory.liveBuffers).toBe(0)
    engine.trim()
    const resident = await firstStep(engine, allResident)
    expect(streamed.latents).toEqual(resident.latents)
    expect(streamed.latents.every(Number.isFinite)).toBe(true)
    expect([streamed.broughtBytes > 0, resident.broughtBytes]).toEqual([true, 0])
    expect(peakBytes).toBeLessThan(0.8 * engine.memory.peakBytes)
    engine.dispose()
  })
})
