import type { Engine } from '@flashworld/engine'
import { createReferenceEngine, reshape, slice } from '@flashworld/engine'
import { afterAll, describe, expect, test } from 'vitest'
import { modelEngines } from '../../test/engines.ts'
import {
  channelsLast,
  expectGolden,
  golden,
  tinyCheckpoint,
  transposeGolden,
} from '../../test/golden.ts'
import { loadParameters } from '../parameters/load.ts'
import { latentStride, wanVaeConfig } from './config.ts'
import type { WanVaeEncoder } from './encoder.ts'
import { encodeImages, vaeEncoderParameters } from './encoder.ts'
import { latentStatistics, normalizeLatents, restoreLatents } from './latents.ts'

const config = wanVaeConfig(tinyCheckpoint.configs.vae)
const image = transposeGolden(await golden('image'), [1, 2, 0])

async function load(engine: Engine): Promise<WanVaeEncoder> {
  const params = await loadParameters(engine, vaeEncoderParameters(config), {
    table: tinyCheckpoint.vae,
  })
  return { config, params }
}

const uploadImages = (engine: Engine, count: number) => {
  const data = new Float32Array(image.data.length * count)
  for (let i = 0; i < count; i++) data.set(image.data, i * image.data.length)
  return engine.upload(data, [count, ...image.shape])
}

describe.each(await modelEngines())('VAE encoder on $name', ({ create, tolerance }) => {
  const opened = create().then(async (engine) => ({ engine, net: await load(engine) }))
  afterAll(async () => (await opened).engine.dispose())

  test('moments of a picture, and nothing left allocated', async () => {
    const { engine, net } = await opened
    const before = engine.memory.liveBuffers
    await engine.scope(async (engine) => {
      const moments = await encodeImages(engine, net, uploadImages(engine, 1))
      await expectGolden(
        engine,
        slice(engine, moments, -1, 0, 8),
        await channelsLast('vae.mean'),
        tolerance,
      )
      await expectGolden(
        engine,
        slice(engine, moments, -1, 8, 16),
        await channelsLast('vae.logvar'),
        tolerance,
      )
    })
    expect(engine.memory.liveBuffers).toBe(before)
  })
})

test('frames by twos are the frames at once', async () => {
  const engine = createReferenceEngine()
  const net = await load(engine)
  const half = { framesPerCall: 2, onFrames: (n: number) => void done.push(n) }
  const done: number[] = []
  const images = uploadImages(engine, 3)
  const atOnce = await engine.read(await encodeImages(engine, net, images))
  const byTwos = await encodeImages(engine, net, images, half)
  expect(byTwos.shape).toEqual([3, 4, 6, 16])
  expect(await engine.read(byTwos)).toEqual(atOnce)
  expect(done).toEqual([2, 3])
})

test('an image whose sides are no multiples of the stride is refused', async () => {
  const engine = createReferenceEngine()
  const net = await load(engine)
  expect(latentStride(config)).toBe(16)
  expect(() => encodeImages(engine, net, engine.zeros([1, 64, 90, 3]))).toThrow(
    'encodeImages: expected',
  )
})

test('latents are normalised by the statistics of the config, and restored', async () => {
  const engine = createReferenceEngine()
  const statistics = latentStatistics(engine, config)
  const z = engine.upload(
    Float32Array.from({ length: 16 }, (_, i) => i - 8),
    [2, 8],
  )
  const normalized = normalizeLatents(engine, statistics, z)
  const [mean, std] = [config.latentMean, config.latentStd]
  const second = [...(await engine.read(normalized))].slice(8)
  second.forEach((value, i) => expect(value).toBeCloseTo((i - mean[i]!) / std[i]!, 6))
  const restored = await engine.read(
    restoreLatents(engine, statistics, reshape(normalized, [2, 8])),
  )
  restored.forEach((value, i) => expect(value).toBeCloseTo(i - 8, 5))
})
