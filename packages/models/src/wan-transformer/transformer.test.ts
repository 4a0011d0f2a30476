import type { Engine, Tensor } from '@flashworld/engine'
import { blend, concat, createReferenceEngine, layerNorm, reshape, slice } from '@flashworld/engine'
import { afterAll, describe, expect, test } from 'vitest'
import { modelEngines } from '../../test/engines.ts'
import {
  channelsLast,
  expectGolden,
  firstRows,
  golden,
  tinyCheckpoint,
  transposeGolden,
  uploadGolden,
} from '../../test/golden.ts'
import { loadParameters } from '../parameters/load.ts'
import { crossAttention, selfAttention } from './attention.ts'
import { feedForward } from './block.ts'
import { featureChannels, wanTransformerConfig } from './config.ts'
import { ropeTables } from './rope.ts'
import { embedText, textContext } from './text-context.ts'
import { embedTimestep, modulate } from './timestep.ts'
import type { TransformerInput, WanTransformer } from './transformer.ts'
import { embedPatches, tokenGrid, transform, transformerParameters } from './transformer.ts'

const json = tinyCheckpoint.configs.transformer
const config = wanTransformerConfig(json, featureChannels(json, tinyCheckpoint.transformer))
const image = await channelsLast('dit.in')
const timestep = (await golden('dit.t')).data[0]!
const words = 29

async function load(engine: Engine): Promise<WanTransformer> {
  const table = tinyCheckpoint.transformer
  return { config, params: await loadParameters(engine, transformerParameters(config), { table }) }
}

/** Tokens `[1, L, C]` without their batch. */
const tokens = async (name: string) => transposeGolden(await golden(name), [1, 2])

const sentence = async () => firstRows(await golden('text.embeds'), words)

const tables = (engine: Engine) =>
  ropeTables(engine, config.headSize, tokenGrid(config, { frames: 4, height: 4, width: 6 }))

async function wholeInput(engine: Engine, net: WanTransformer): Promise<TransformerInput> {
  const x = uploadGolden(engine, image)
  const part = (start: number, end: number) => slice(engine, x, -1, start, end)
  return {
    latents: part(0, 8),
    raymap: part(8, 14),
    condition: part(14, 22),
    features: part(22, 38),
    latents3d: part(38, 46),
    timestep,
    text: textContext(engine, net, uploadGolden(engine, await sentence())),
    rope: tables(engine),
  }
}

describe.each(await modelEngines())('transformer on $name', ({ create, tolerance }) => {
  // the published sinusoid of the timestep has angles of up to 1000, rounded to f32
  const timed = Math.max(tolerance, 1e-5)
  const opened = create().then(async (engine) => ({ engine, net: await load(engine) }))
  afterAll(async () => (await opened).engine.dispose())

  test('patches, timestep and text are embedded', async () => {
    const { engine, net } = await opened
    const p = net.params.condition_embedder
    await engine.scope(async (engine) => {
      const patches = transposeGolden(await golden('dit.patch'), [2, 3, 4, 1])
      const x = embedPatches(engine, net, uploadGolden(engine, image))
      await expectGolden(engine, reshape(x, patches.shape), patches, tolerance)
      const time = embedTimestep(engine, p, timestep)
      await expectGolden(engine, time.embedding, await golden('dit.temb'), timed)
      await expectGolden(
        engine,
        reshape(time.projection, [1, -1]),
        await golden('dit.tproj'),
        timed,
      )
      const context = embedText(engine, p, uploadGolden(engine, await sentence()))
      const padding = slice(engine, context, 0, words, words + 1)
      const all = [context, ...Array.from({ length: 512 - words - 1 }, () => padding)]
      const expected = transposeGolden(await golden('dit.ctx'), [1, 2])
      await expectGolden(engine, concat(engine, all, 0), expected, tolerance)
    })
  })

  test('the parts of a block', async () => {
    const { engine, net } = await opened
    const p = net.params.blocks[0]!
    await engine.scope(async (engine) => {
      const { text, rope } = await wholeInput(engine, net)
      const context = { config, rope, text: text.blocks[0]!, lastKeyCount: text.lastKeyCount }
      const time = embedTimestep(engine, net.params.condition_embedder, timestep)
      const [shift1, scale1, gate1, shift2, scale2] = modulate(
        engine,
        p.scale_shift_table,
        time.projection,
      )
      const dtype = engine.half
      const x = embedPatches(engine, net, uploadGolden(engine, image))
      const n1 = layerNorm(engine, x, { eps: config.eps, scale: scale1, shift: shift1, dtype })
      const y1 = selfAttention(engine, p.attn1, n1, context)
      await expectGolden(engine, y1, await tokens('dit.block0.attn1'), timed)
      const x1 = selfAttention(engine, p.attn1, n1, {
        ...context,
        into: { residual: x, gate: gate1 },
      })
      const n2 = layerNorm(engine, x1, { eps: config.eps, ...p.norm2, dtype })
      const y2 = crossAttention(engine, p.attn2, n2, context)
      await expectGolden(engine, y2, await tokens('dit.block0.attn2'), tolerance)
      const x2: Tensor = blend(engine, x1, y2, { a: 1, b: 1 })
      const n3 = layerNorm(engine, x2, { eps: config.eps, scale: scale2, shift: shift2, dtype })
      await expectGolden(
        engine,
        feedForward(engine, p.ffn, n3),
        await tokens('dit.block0.ffn'),
        timed,
      )
    })
  })

  test('the stream after each block, velocity and features; nothing left allocated', async () => {
    const { engine, net } = await opened
    const before = engine.memory.liveBuffers
    await engine.scope(async (engine) => {
      const input = await wholeInput(engine, net)
      const blocks: number[] = []
      const { velocity, features } = await transform(engine, net, input, {
        async onBlock(done, total, stream) {
          blocks.push(done, total)
          await expectGolden(engine, stream, await tokens(`dit.block${done - 1}`), timed)
        },
      })
      const both = concat(engine, [velocity, features], -1)
      await expectGolden(engine, both, await channelsLast('dit.out'), timed)
      expect(blocks).toEqual([1, 2, 2, 2])
    })
    expect(engine.memory.liveBuffers).toBe(before)
  })
})

test('a stop between blocks leaves nothing allocated', async () => {
  const engine = createReferenceEngine()
  const net = await load(engine)
  const input = await wholeInput(engine, net)
  const before = engine.memory.liveBuffers
  const stop = () => {
    throw new Error('stopped')
  }
  await expect(transform(engine, net, input, { onBlock: stop })).rejects.toThrow('stopped')
  expect(engine.memory.liveBuffers).toBe(before)
})

test('inputs that do not fit are refused', async () => {
  const engine = createReferenceEngine()
  const net = await load(engine)
  const input = await wholeInput(engine, net)
  const raymap = engine.zeros([4, 4, 6, 5])
  const failed = transform(engine, net, { ...input, raymap })
  await expect(failed).rejects.toThrow('transform: expected images')
  expect(() => textContext(engine, net, engine.zeros([513, 32]))).toThrow('textContext')
})
