import type { Engine } from '@flashworld/engine'
import { createReferenceEngine } from '@flashworld/engine'
import { PACKED_FLOATS } from '@flashworld/splats'
import { afterAll, describe, expect, test } from 'vitest'
import { f16Tolerance, modelEngines } from '../../test/engines.ts'
import type { Golden } from '../../test/golden.ts'
import {
  channelsLast,
  expectGolden,
  golden,
  scaledTable,
  tinyCheckpoint,
  transposeGolden,
  uploadGolden,
} from '../../test/golden.ts'
import { createRoundingEngine } from '../../test/rounding-engine.ts'
import { loadParameters } from '../parameters/load.ts'
import { featureChannels } from '../wan-transformer/config.ts'
import { wanVaeConfig } from '../wan-vae/config.ts'
import { reconDecoderConfig } from './config.ts'
import type { ReconDecoder, ReconInput } from './decoder.ts'
import { decode, reconDecoderParameters, reconstruct } from './decoder.ts'

const { configs, transformer, reconDecoder: table } = tinyCheckpoint
const config = reconDecoderConfig(
  wanVaeConfig(configs.vae),
  featureChannels(configs.transformer, transformer),
)

const load = async (engine: Engine, from = table): Promise<ReconDecoder> => ({
  config,
  params: await loadParameters(engine, reconDecoderParameters(config), { table: from }),
})

/** The goldens' first frames. */
const input = async (engine: Engine, frames = 4): Promise<ReconInput> => {
  const first = (x: Golden) => uploadGolden(engine, firstOf(x, frames))
  return {
    latents: first(await channelsLast('recon.z')),
    features: first(await channelsLast('recon.feats')),
    cameras: first(transposeGolden(await golden('cameras.normalized'), [1, 2])),
  }
}

const firstOf = ({ shape, data }: Golden, count: number): Golden => ({
  shape: shape.with(0, count),
  data: data.slice(0, (data.length / shape[0]!) * count),
})

const gaussians = async (frames: number): Promise<Golden> => {
  const { data } = await golden('recon.gaussians')
  return firstOf({ shape: [4 * 2 * 32 * 48, PACKED_FLOATS], data }, frames * 2 * 32 * 48)
}

describe.each(await modelEngines())('reconstruction decoder on $name', ({ create, tolerance }) => {
  const opened = create().then(async (engine) => ({ engine, net: await load(engine) }))
  afterAll(async () => (await opened).engine.dispose())

  test('what the decoder and its head make of latents and features; nothing left allocated', async () => {
    const { engine, net } = await opened
    const before = engine.memory.liveBuffers
    await engine.scope(async (engine) => {
      const one = await input(engine, 1)
      const decoded = decode(engine, net, one.latents, one.features)
      await expectGolden(
        engine,
        decoded,
        firstOf(await channelsLast('recon.decoded'), 1),
        tolerance,
      )
      const scene = await reconstruct(engine, net, await input(engine, 2))
      await expectGolden(engine, scene, await gaussians(2), tolerance)
    })
    expect(engine.memory.liveBuffers).toBe(before)
  })
})

test('a stream beyond the numbers of f16 goes through it', async () => {
  const engine = createRoundingEngine()
  // all that joins the stream, times 2^15: the norms take it out again
  const joins = /conv_in\.|conv[12]\.|attentions\.0\.proj\.|(conv_shortcut|resample\.1)\.bias/
  const net = await load(
    engine,
    scaledTable(table, (key) => (joins.test(key) ? 2 ** 15 : 1)),
  )
  const { latents, features } = await input(engine, 1)
  const decoded = decode(engine, net, latents, features)
  await expectGolden(engine, decoded, firstOf(await channelsLast('recon.decoded'), 1), f16Tolerance)
})

test('frames one by one are the frames at once', async () => {
  const engine = createReferenceEngine()
  const net = await load(engine)
  const done: number[] = []
  const scene = await reconstruct(engine, net, await input(engine), {
    framesPerCall: 1,
    onFrames: (n) => void done.push(n),
  })
  await expectGolden(engine, scene, await gaussians(4), 2e-6)
  expect(done).toEqual([1, 2, 3, 4])
})

test('inputs that do not fit are refused', async () => {
  const engine = createReferenceEngine()
  const net = await load(engine)
  const given = await input(engine)
  const failed = reconstruct(engine, net, { ...given, cameras: engine.zeros([3, 11]) })
  await expect(failed).rejects.toThrow('reconstruct: expected latents')
})
