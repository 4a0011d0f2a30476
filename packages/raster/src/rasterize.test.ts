import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Engine } from '@flashworld/engine'
import { createReferenceEngine, createWasmEngine, ShapeError } from '@flashworld/engine'
import { PACKED_FLOATS } from '@flashworld/splats'
import { testEngines } from '../../engine/test/engines.ts'
import { spawnTestWorker } from '../../engine/test/threads.ts'
import { frontCamera, randomCloud, turnedCamera } from '../test/clouds.ts'
import type { Scene } from '../test/scenes.ts'
import { scenes } from '../test/scenes.ts'
import { contributions, rasterize } from './index.ts'

const upload = (engine: Engine, { cloud, cameras }: Scene) =>
  [
    engine.upload(cloud, [cloud.length / PACKED_FLOATS, PACKED_FLOATS]),
    engine.upload(Float32Array.from(cameras), [cameras.length / 11, 11]),
  ] as const

const compute = {
  rasterize: (engine: Engine, scene: Scene) =>
    engine.scope((engine) => {
      const background = [0.2, 0.5, 1] as const
      return engine.read(rasterize(engine, ...upload(engine, scene), { ...scene.size, background }))
    }),
  contributions: (engine: Engine, scene: Scene) =>
    engine.scope((engine) =>
      engine.read(contributions(engine, ...upload(engine, scene), scene.size)),
    ),
}

const oracles = await Promise.all(
  scenes.map(async (scene) => ({
    scene,
    name: scene.name,
    rasterize: await compute.rasterize(createReferenceEngine(), scene),
    contributions: await compute.contributions(createReferenceEngine(), scene),
  })),
)

const manySmall = scenes.find(({ name }) => name.startsWith('small ones'))!

const engines = (await testEngines()).filter(({ name }) => name !== 'reference')

describe.each(engines)('against the reference on $name', ({ create }) => {
  let engine: Engine
  beforeAll(async () => void (engine = await create!()))
  afterAll(() => engine.dispose())

  test.each(oracles)('rasterize: $name', async ({ scene, rasterize: expected }) => {
    const got = await compute.rasterize(engine, scene)
    expect(got.length).toBe(expected.length)
    // f32 rounding shows as 1e-5; a Gaussian wrongly there or not, or two swapped, as 1e-3 and more
    expect(got.findIndex((value, i) => !(Math.abs(value - expected[i]!) <= 1e-4))).toBe(-1)
    expect(engine.memory.liveBuffers).toBe(0)
  })

  test.each(oracles)('contributions: $name', async ({ scene, contributions: expected }) => {
    const got = await compute.contributions(engine, scene)
    expect(got.length).toBe(expected.length)
    // sums are counted in steps of 1e-4 at these sizes, once a tile; f32 rounding of the weights is less
    const far = (value: number, i: number) =>
      !(Math.abs(value - expected[i]!) <= 1e-3 + 1e-4 * expected[i]!)
    expect(got.findIndex(far)).toBe(-1)
    expect(engine.memory.liveBuffers).toBe(0)
  })

  test('the same picture again, bit by bit', async () => {
    expect(await compute.rasterize(engine, manySmall)).toEqual(
      await compute.rasterize(engine, manySmall),
    )
  })
})

test('any number of threads gives the same bits', async () => {
  const outcomes = []
  for (const threads of [1, 2, 3]) {
    const engine = await createWasmEngine({ threads, spawn: spawnTestWorker })
    outcomes.push([
      await compute.rasterize(engine, manySmall),
      await compute.contributions(engine, manySmall),
    ])
    engine.dispose()
  }
  expect(outcomes[1]).toEqual(outcomes[0])
  expect(outcomes[2]).toEqual(outcomes[0])
})

test('views give the same bits, drawn together or not', async () => {
  // as many that show nothing as let only some of the views be drawn together
  const [some, count] = [randomCloud(1000), 200_000]
  const cloud = new Float32Array(count * PACKED_FLOATS)
  for (let i = 0; i < 1000; i++) {
    const gaussian = some.subarray(i * PACKED_FLOATS, (i + 1) * PACKED_FLOATS)
    cloud.set(gaussian, i * 199 * PACKED_FLOATS)
  }
  const views = [0, 1, 2, 3, 4, 5, 6].map((i) =>
    (i % 3 ? frontCamera : turnedCamera).with(4, i / 9),
  )
  const size = { width: 61, height: 35, background: [0, 0, 0] } as const
  const engine = await createWasmEngine()
  const draw = (cameras: number[][]) =>
    engine.scope((engine) => {
      const scene = { name: '', cloud, cameras: cameras.flat(), size }
      return engine.read(rasterize(engine, ...upload(engine, scene), size))
    })
  const pixels = size.width * size.height * 4
  const together = await draw(views)
  for (const [i, view] of views.entries()) {
    const alone = await draw([view])
    expect(together.subarray(i * pixels, (i + 1) * pixels)).toEqual(alone)
    expect(alone.some((value) => value !== alone[0])).toBe(true)
  }
  engine.dispose()
})

test('a Gaussian by hand', async () => {
  const { scene, rasterize: image } = oracles.find(
    ({ name }) => name === 'one, in the middle of a pixel',
  )!
  const pixel = (scene.size.height >> 1) * scene.size.width + (scene.size.width >> 1)
  // opacity 0.5 of grey 0.5, over the background 0.2, 0.5, 1; 2 away
  const expected = [2 * (0.25 + 0.1) - 1, 2 * (0.25 + 0.25) - 1, 2 * (0.25 + 0.5) - 1, 0.5 * 2]
  expected.forEach((value, i) => expect(image[pixel * 4 + i]).toBeCloseTo(value, 6))
})

test('contributions and what is left add up to 1 at each pixel', async () => {
  const scene = scenes.find(({ name }) => name.startsWith('a thousand'))!
  const engine = createReferenceEngine()
  const sum = (await compute.contributions(engine, scene)).reduce((a, b) => a + b, 0)
  const left = await engine.read(
    rasterize(engine, ...upload(engine, blackened(scene)), {
      ...scene.size,
      background: [0.5, 0.5, 0.5],
    }),
  )
  const light = left.reduce((a, value, i) => (i % 4 === 0 ? a + value + 1 : a), 0)
  expect(sum + light).toBeCloseTo(left.length / 4, 1)
})

/** The scene without any colour: only the background shows. */
function blackened(scene: Scene): Scene {
  return {
    ...scene,
    cloud: scene.cloud.map((value, i) => {
      const at = i % PACKED_FLOATS
      return at < 11 ? value : at < 14 ? -10 : 0
    }),
  }
}

test('bad arguments are refused', () => {
  const engine = createReferenceEngine()
  const size = { width: 8, height: 8, background: [0, 0, 0] } as const
  const [cloud, cameras] = [engine.zeros([3, PACKED_FLOATS]), engine.zeros([1, 11])]
  expect(() => rasterize(engine, engine.zeros([3, PACKED_FLOATS - 1]), cameras, size)).toThrow(
    ShapeError,
  )
  expect(() => rasterize(engine, cloud, engine.zeros([11]), size)).toThrow(ShapeError)
  expect(() => rasterize(engine, cloud, cameras, { ...size, width: 0.5 })).toThrow(/whole pixels/)
  expect(() => contributions(engine, cloud, cameras, { width: 8, height: 0 })).toThrow(ShapeError)
})
