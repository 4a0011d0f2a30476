import { describe, expect, test } from 'vitest'
import type { EngineErrorCode } from '@flashworld/engine'
import { createWasmEngine, EngineError, withParts } from '@flashworld/engine'
import type { Network } from '@flashworld/models'
import { describeNetworks, parameterBytes } from '@flashworld/models'
import { loadFlashWorld } from '../flashworld.ts'
import { publishedConfigs, publishedFeatures } from '../lab/published-model.ts'
import { folderSource, nodeImages } from '../node/index.ts'
import { budgetOf, choosePlan, memorySizes, smallerMemory } from './choose.ts'
import { countMemory } from './count.ts'
import type { CountedPlan, PlanFacts } from './plan.ts'
import { isHeld } from './plan.ts'
import { smallerMemoryOf } from './room.ts'

const source = folderSource('test/goldens/tiny')
const request = {
  prompt: 'a red barn',
  path: 'orbit-left:20',
  resolution: [2, 32, 32],
  seed: 5,
} as const

const h100 = { f16: true, matrixUnits: true, byteUnits: true, workgroupStorageBytes: 48 << 10 }

/** The published model on a GPU of that kind. */
const published = (bytes: boolean): PlanFacts => ({
  configs: publishedConfigs,
  features: publishedFeatures,
  engine: { kind: 'webgpu', half: 'f16', bytes, gpu: h100 },
})

describe('the published model at 24 x 480 x 704', () => {
  const scene = [24, 480, 704] as const
  const GiB = 2 ** 30

  test.each(memorySizes.flatMap((size) => [true, false].map((bytes) => [size, bytes] as const)))(
    'fits a GPU of %i GiB (int8: %s) and fills it',
    async (gibibytes, bytes) => {
      const facts = published(bytes)
      const plan = await choosePlan(facts, { gibibytes }, scene)
      expect(plan.peakBytes).toBeLessThanOrEqual(budgetOf(gibibytes))
      const { held, pixelsPerCall } = plan
      const counted = await countMemory(facts, { held, pixelsPerCall }, scene)
      expect(counted).toEqual({ peakBytes: plan.peakBytes, broughtBytes: plan.broughtBytes })
      // without the last that was given up it would not fit
      const network = held.transformer > 0 ? 'transformer' : 'textEncoder'
      if (held[network] === 0) return expect(plan.broughtBytes).toBe(0)
      const back = held.vae > 0 ? { vae: 0, reconDecoder: 0 } : { [network]: held[network] - 1 }
      const fewer = { held: { ...held, ...back }, pixelsPerCall }
      expect((await countMemory(facts, fewer, scene)).peakBytes).toBeGreaterThan(
        budgetOf(gibibytes),
      )
    },
  )

  test('counts what was measured on an H100', async () => {
    const counts = [true, false].map((bytes) => choosePlan(published(bytes), {}, scene))
    const peaks = (await Promise.all(counts)).map(({ peakBytes }) => peakBytes / GiB)
    expect(peaks[0]).toBeCloseTo(14.7, 1)
    expect(peaks[1]).toBeCloseTo(21.1, 1)
  })

  test("what is told to stay in the host's memory does, and comes once a sentence or once a step", async () => {
    const facts = published(true)
    const { trees } = describeNetworks(publishedConfigs, publishedFeatures)
    const bytesOf = (network: Network, plan: CountedPlan) =>
      parameterBytes(facts.engine, trees[network], isHeld(plan, network))
    const text = await choosePlan(facts, { offload: ['text'] }, scene)
    expect(text.held).toEqual({ textEncoder: 24, vae: 0, transformer: 0, reconDecoder: 0 })
    expect(text.broughtBytes / bytesOf('textEncoder', text)).toBeCloseTo(1, 2)
    const vae = await choosePlan(facts, { offload: ['vae'] }, scene)
    expect(
      vae.broughtBytes / (4 * bytesOf('reconDecoder', vae) + 3 * bytesOf('vae', vae)),
    ).toBeCloseTo(1, 2)
    const transformer = await choosePlan(facts, { offload: ['transformer'] }, scene)
    // what makes keys and values of the sentence once
    expect(transformer.broughtBytes / bytesOf('transformer', transformer)).toBeCloseTo(3.65, 1)
  })

  test('what is too small for the smallest plan is refused with what would do', async () => {
    await expect(choosePlan(published(true), { gibibytes: 2 }, scene)).rejects.toMatchObject({
      code: 'memory/too-small',
      message: expect.stringMatching(/at least 4 GiB/) as string,
    })
  })

  test('the next smaller plan is one that takes less', () => {
    expect(
      [15, 11, 7, 6.9, 3.2, 3].map((n) => smallerMemory({ peakBytes: n * GiB, broughtBytes: 0 })),
    ).toEqual([12, 8, 6, 6, 4, undefined])
  })
})

describe('a device that turns out to be full', () => {
  /** An engine like a GPU of which so many scenes find it full, or lost, at their first wait. */
  async function tight(scenes: number, code: EngineErrorCode = 'engine/out-of-memory') {
    const wasm = await createWasmEngine()
    return withParts(wasm, (below) => ({
      kind: 'webgpu',
      gpu: h100,
      pace(options) {
        if (scenes-- > 0) return Promise.reject(new EngineError(code, 'test: it is full'))
        return below.pace(options)
      },
    }))
  }
  /** Takes 7.2 GiB, or 6.5 where frames go one by one. */
  const large = [110, 480, 704] as const

  test('gets the next smaller plan where nobody said how much there is', async () => {
    const engine = await tight(2)
    using world = await loadFlashWorld({ engine, source, images: nodeImages, prepareFor: large })
    const before = engine.memory.liveBuffers
    expect((await world.generateScene(request)).scene.gaussians.count).toBe(1024)
    expect(engine.memory.liveBuffers).toBe(before)
  })

  test('fails as it did where no plan is smaller', async () => {
    const engine = await tight(4)
    using world = await loadFlashWorld({ engine, source, images: nodeImages, prepareFor: large })
    const error: unknown = await world.generateScene(request).catch((error: unknown) => error)
    expect(error).toMatchObject({ code: 'engine/out-of-memory' })
    expect(smallerMemoryOf(error)).toBeUndefined()
    expect((await world.generateScene(request)).scene.gaussians.count).toBe(1024)
  })

  test('is told with the next smaller plan where somebody did, and the next request works', async () => {
    const engine = await tight(2)
    using world = await loadFlashWorld({
      engine,
      source,
      images: nodeImages,
      memory: { gibibytes: 16 },
      prepareFor: large,
    })
    const error: unknown = await world.generateScene(request).catch((error: unknown) => error)
    expect(error).toMatchObject({ code: 'engine/out-of-memory' })
    expect(smallerMemoryOf(error)).toBe(8)
    expect((await world.generateScene(request)).scene.gaussians.count).toBe(1024)
  })

  test('is told with the next smaller plan where that made it lost', async () => {
    const engine = await tight(1, 'engine/lost')
    using world = await loadFlashWorld({ engine, source, images: nodeImages, prepareFor: large })
    const error: unknown = await world.generateScene(request).catch((error: unknown) => error)
    expect(error).toMatchObject({ code: 'engine/lost' })
    expect(smallerMemoryOf(error)).toBe(8)
  })
})
