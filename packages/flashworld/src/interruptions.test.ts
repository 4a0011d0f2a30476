import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Engine } from '@flashworld/engine'
import { createWasmEngine, EngineError, floats, withParts } from '@flashworld/engine'
import { createFragileEngine } from '../../engine/test/fragile-engine.ts'
import type { GenerateEvent, Stage } from './events.ts'
import type { FlashWorld } from './flashworld.ts'
import { createFlashWorld, loadFlashWorld } from './flashworld.ts'
import type { Model } from './model.ts'
import { loadModel } from './model.ts'
import { folderSource, nodeImages } from './node/index.ts'
import { measureContributions } from './render-views.ts'
import type { GenerateRequest } from './request-schema.ts'
import type { Scene } from './scene.ts'
import { openCases } from './lab/verify/cases.ts'
import { verify } from './lab/verify/verify.ts'

const source = folderSource('test/goldens/tiny')
const request: GenerateRequest = {
  prompt: 'a red barn',
  path: 'orbit-left:20',
  resolution: [2, 32, 32],
  seed: 5,
}
const withPhotograph = async (): Promise<GenerateRequest> => ({
  ...request,
  image: new Uint8Array(await readFile('assets/examples/photograph.png')),
})

/** Every stage of a generation with the steps that have it; 0 is before the first. */
const stages: readonly (readonly [Stage, number])[] = [
  ['text', 0],
  ['image', 0],
  ...[1, 2, 3].flatMap((step) =>
    (['transformer', 'decoder', 'render', 'encoder'] as const).map(
      (stage) => [stage, step] as const,
    ),
  ),
  ['transformer', 4],
  ['decoder', 4],
]

const sceneOf = async (events: AsyncIterable<GenerateEvent>): Promise<Scene> => {
  let scene: Scene | undefined
  for await (const event of events) if (event.type === 'scene') scene = event.scene
  return scene!
}

/** What a generation fails with, and the last that it told before. */
async function failure(events: AsyncIterable<GenerateEvent>, on?: (event: GenerateEvent) => void) {
  let last: GenerateEvent | undefined
  try {
    for await (const event of events) {
      last = event
      on?.(event)
    }
  } catch (error) {
    return { error, last }
  }
  throw new Error('the generation did not fail')
}

const isAt = (event: GenerateEvent, [stage, step]: readonly [Stage, number]) =>
  event.type === 'progress' && event.stage === stage && event.step === step

describe('one after another', () => {
  let engine: Engine
  let model: Model
  let world: FlashWorld
  let resting = 0

  beforeAll(async () => {
    engine = await createWasmEngine()
    model = await loadModel({ engine, source })
    world = createFlashWorld(model, { images: nodeImages, name: 'tiny' })
    resting = engine.memory.liveBuffers
  })

  afterAll(() => {
    world[Symbol.dispose]()
    expect(engine.memory.liveBuffers).toBe(0)
    engine[Symbol.dispose]()
  })

  test('a second generation, a render, a loading, a measuring, a verification beside a generation are refused; it goes on, and so do later ones', async () => {
    const alone = await sceneOf(world.generate(request))
    const busy = { code: 'engine/busy', message: expect.stringContaining('a generation') }
    const measure = ({ gaussians, cameras }: Scene) =>
      measureContributions(engine, gaussians, cameras, { width: 8, height: 8 })
    const cases = await openCases(source)
    let refused = 0
    const scene = await sceneOf(
      (async function* () {
        for await (const event of world.generate(request)) {
          if (isAt(event, ['transformer', 2]) || event.type === 'step') {
            // all at once: the generation does not wait for them
            const attempts = [
              sceneOf(world.generate({ ...request, seed: 6 })),
              world.render(alone, alone.cameras, { width: 8, height: 8 }),
              loadModel({ engine, source }),
              measure(alone),
              verify(model, cases).next(),
            ]
            await Promise.all(
              attempts.map((attempt) => expect(attempt).rejects.toMatchObject(busy)),
            )
            refused++
          }
          yield event
        }
      })(),
    )
    expect(refused).toBeGreaterThan(3)
    expect(scene).toEqual(alone)
    const [picture] = await world.render(alone, alone.cameras.slice(0, 1), { width: 8, height: 8 })
    expect(picture!.rgba.length).toBe(8 * 8 * 4)
    expect(await sceneOf(world.generate({ ...request, seed: 6 }))).not.toEqual(alone)
    expect(engine.memory.liveBuffers).toBe(resting)
  })

  test.each(stages)(
    'a cancel in %s of step %i ends it there, and the next is served',
    async (...at) => {
      const abort = new AbortController()
      const reason = new Error('enough')
      const { error, last } = await failure(
        world.generate(await withPhotograph(), { signal: abort.signal }),
        (event) => {
          if (isAt(event, at)) abort.abort(reason)
        },
      )
      expect(error).toBe(reason)
      expect(last).toSatisfy((event: GenerateEvent) => isAt(event, at))
      expect(engine.memory.liveBuffers).toBe(resting)
      for await (const event of world.generate(request)) if (event.type === 'progress') break
      expect(engine.memory.liveBuffers).toBe(resting)
    },
  )

  test('whoever hears of the scene may render it at once', async () => {
    let pictures = 0
    for await (const event of world.generate(request)) {
      if (event.type !== 'scene') continue
      const { scene } = event
      pictures += (await world.render(scene, scene.cameras, { width: 8, height: 8 })).length
    }
    expect(pictures).toBe(2)
  })

  test('a render can be cancelled between its pictures', async () => {
    const scene = await sceneOf(world.generate(request))
    const abort = new AbortController()
    const size = { width: 8, height: 8, signal: abort.signal }
    const rendering = world.render(scene, [...scene.cameras, ...scene.cameras], size)
    abort.abort(new Error('enough'))
    await expect(rendering).rejects.toThrow('enough')
    expect(engine.memory.liveBuffers).toBe(resting)
  })
})

test.each(stages)('a device lost in %s of step %i is said so', async (...at) => {
  const fragile = await createFragileEngine()
  const world = await loadFlashWorld({ engine: fragile.engine, source, images: nodeImages })
  const { error } = await failure(world.generate(await withPhotograph()), (event) => {
    if (isAt(event, at)) fragile.lose()
  })
  expect(error).toMatchObject({ code: 'engine/lost' })
  await expect(sceneOf(world.generate(request))).rejects.toMatchObject({ code: 'engine/lost' })
  world.dispose()
  expect(fragile.engine.memory.liveBuffers).toBe(0)
})

describe('a number that is none', () => {
  let model: Model
  beforeAll(
    async () => void (model = await loadModel({ engine: await createWasmEngine(), source })),
  )
  afterAll(() => {
    model.dispose()
    model.engine.dispose()
  })

  interface Place {
    /** The stage that is, or was last, at work … */
    readonly stage: Stage
    readonly step: number
    /** … when this operation gets a bad number among its results … */
    readonly op: string
    /** … at this index; from the end if negative. */
    readonly at: number
  }

  /** Where each stage gets its bad number: mostly where what follows would make a number of it again. */
  const places: Readonly<Record<Stage, Pick<Place, 'op' | 'at'>>> = {
    text: { op: 'rmsNorm', at: 3 },
    image: { op: 'linear', at: -1 }, // the logarithm of a variance, which is clamped
    transformer: { op: 'linear', at: 0 },
    decoder: { op: 'gaussianHead', at: 38 * 5 + 3 }, // an opacity: the rasterizer passes the Gaussian over
    render: { op: 'rasterize', at: -4 },
    encoder: { op: 'linear', at: -1 },
  }

  function poisoned(engine: Engine, { stage, step, op: name, at }: Place, bad: number): Engine {
    let now: Stage = 'image'
    let steps = 0
    return withParts(engine, (below) => ({
      time(label, body) {
        now = label as Stage
        if (label === 'transformer') steps++
        const result = below.time(label, body)
        if (label === 'text') void Promise.resolve(result).then(() => (now = 'image'))
        return result
      },
      run(op, args) {
        const out = below.run(op, args)
        // latents have four axes; the transformer blends other things too
        const isIt = op.name === name && (name !== 'blend' || out.shape.length === 4)
        if (now === stage && steps === step && isIt) {
          const values = floats(out)
          values[at < 0 ? values.length + at : at] = bad
        }
        return out
      },
    }))
  }

  async function failureWith(place: Place, bad: number) {
    const engine = poisoned(model.engine, place, bad)
    const world = createFlashWorld({ ...model, engine }, { images: nodeImages, name: 'tiny' })
    const events = world.generate(await withPhotograph())
    const { error } = await failure(events, (event) => expect(event.type).not.toBe('scene'))
    return error
  }

  const bads = [NaN, -Infinity]

  test.each(stages.flatMap(([stage, step]) => bads.map((bad) => [stage, step, bad] as const)))(
    'in %s of step %i (%d) is told, and no scene is published',
    async (stage, step, bad) => {
      const error = await failureWith({ stage, step, ...places[stage] }, bad)
      const where = step === 0 ? `the ${stage},` : `the ${stage} of step ${step},`
      expect(error).toMatchObject({
        code: 'scene/not-finite',
        message: expect.stringContaining(where),
      })
    },
  )

  test.each<[string, Stage, number]>([
    ['what a step begins with', 'encoder', 1],
    ['the denoised latents', 'transformer', 2],
  ])('in %s is told by that step', async (_, stage, step) => {
    const error = await failureWith({ stage, step, op: 'blend', at: 7 }, NaN)
    expect(error).toMatchObject({
      code: 'scene/not-finite',
      message: expect.stringContaining('the transformer of step 2,'),
    })
  })

  test('is not there for the next', async () => {
    const world = createFlashWorld(model, { images: nodeImages, name: 'tiny' })
    expect((await sceneOf(world.generate(request))).gaussians.count).toBeGreaterThan(0)
  })
})

describe('a device without memory', () => {
  /** An engine that finds none for so many scenes, at their first wait. */
  const tight = (below: Engine, scenes: number) => {
    const trims: number[] = []
    const engine = withParts(below, (below) => ({
      pace(options) {
        if (scenes-- > 0)
          return Promise.reject(new EngineError('engine/out-of-memory', 'test: it is full'))
        return below.pace(options)
      },
      trim() {
        trims.push(below.memory.liveBuffers)
        below.trim()
      },
    }))
    return { engine, trims }
  }

  test.each([
    [1, 'begins the scene once more, with what was kept given up'],
    [2, 'and says so when that was not enough'],
  ])('out of memory %s times: %s', async (times) => {
    const model = await loadModel({ engine: await createWasmEngine(), source })
    const modelBuffers = model.engine.memory.liveBuffers
    const { engine, trims } = tight(model.engine, times)
    const world = createFlashWorld({ ...model, engine }, { images: nodeImages, name: 'tiny' })
    const making = world.generateScene(request)
    if (times === 1) expect((await making).scene.gaussians.count).toBeGreaterThan(0)
    else await expect(making).rejects.toMatchObject({ code: 'engine/out-of-memory' })
    expect(trims).toEqual([modelBuffers])
    expect(engine.memory.liveBuffers).toBe(modelBuffers)
    model.dispose()
    engine.dispose()
  })
})
