import type { Engine } from '@flashworld/engine'
import { createReferenceEngine, slice } from '@flashworld/engine'
import { afterAll, describe, expect, test } from 'vitest'
import { modelEngines } from '../../test/engines.ts'
import {
  channelsLast,
  expectGolden,
  golden,
  tinyCheckpoint,
  transposeGolden,
  uploadGolden,
} from '../../test/golden.ts'
import { loadParameters } from '../parameters/load.ts'
import { featureChannels } from '../wan-transformer/config.ts'
import { wanVaeConfig } from '../wan-vae/config.ts'
import { reconDecoderConfig } from './config.ts'
import type { ReconDecoder, ReconInput } from './decoder.ts'
import { decode, reconDecoderParameters, reconstruct } from './decoder.ts'

const { configs, transformer, reconDecoder: table } = tinyCheckpoint
const config = reconDecoderConfig(wanVaeConfig(configs.vae), featureChannels(configs.transformer, transformer))

const load = async (engine: Engine): Promise<ReconDecoder> => ({
  config,
  params: await loadParameters(engine, reconDecoderParameters(config), { table }),
})

const input = async (engine: Engine): Promise<ReconInput> => ({
  latents: uploadGolden(engine, await channelsLast('recon.z')),
  features: uploadGolden(engine, await channelsLast('recon.feats')),
  cameras: uploadGolden(engine, transposeGolden(await golden('cameras.normalized'), [1, 2])),
})

describe.each(await modelEngines())('reconstruction decoder on $name', ({ create, tolerance }) => {
  const opened = create().then(async (engine) => ({ engine, net: await load(engine) }))
  afterAll(async () => (await opened).engine.dispose())

  test('what the decoder and its head make of latents and features; nothing left allocated', async () => {
    const { engine, net } = await opened
    const before = engine.memory.liveBuffers
    await engine.scope(async () => {
      const given = await input(engine)
      const [z, f] = [given.latents, given.features].map((x) => slice(engine, x, 0, 0, 1))
      const decoded = await channelsLast('recon.decoded')
      const first = { shape: decoded.shape.with(0, 1), data: decoded.data.slice(0, decoded.data.length / 4) }
      await expectGolden(engine, decode(engine, net, z!, f!), first, tolerance)
      const gaussians = await reconstruct(engine, net, given)
      const expected = { shape: [4 * 2 * 32 * 48, 38], data: (await golden('recon.gaussians')).data }
      await expectGolden(engine, gaussians, expected, tolerance)
    })
    expect(engine.memory.liveBuffers).toBe(before)
  })
})

test('frames one by one are the frames at once', async () => {
  const engine = createReferenceEngine()
  const net = await load(engine)
  const given = await input(engine)
  const atOnce = await engine.read(await reconstruct(engine, net, given))
  const oneByOne = await engine.read(await reconstruct(engine, net, given, { framesPerCall: 1 }))
  expect(oneByOne).toEqual(atOnce)
})

test('inputs that do not fit are refused', async () => {
  const engine = createReferenceEngine()
  const net = await load(engine)
  const given = await input(engine)
  const failed = reconstruct(engine, net, { ...given, cameras: engine.zeros([3, 11]) })
  await expect(failed).rejects.toThrow('reconstruct: expected latents')
})
