import type { Engine } from '@flashworld/engine'
import { createReferenceEngine } from '@flashworld/engine'
import { afterAll, describe, expect, test } from 'vitest'
import { f16Tolerance, modelEngines } from '../../test/engines.ts'
import {
  expectGolden,
  firstRows,
  golden,
  scaledTable,
  sentenceIds,
  tinyCheckpoint,
} from '../../test/golden.ts'
import { createRoundingEngine } from '../../test/rounding-engine.ts'
import { loadParameters } from '../parameters/load.ts'
import { umt5Config } from './config.ts'
import { distanceBuckets } from './distance.ts'
import { randomEmbedding, tokenEmbedding } from './embedding.ts'
import type { Umt5 } from './encoder.ts'
import { encodeText, umt5Parameters } from './encoder.ts'

const table = tinyCheckpoint.textEncoder
const config = umt5Config(tinyCheckpoint.configs.textEncoder)
const ids = await sentenceIds()

const load = async (engine: Engine, from = table): Promise<Umt5> => ({
  config,
  params: await loadParameters(engine, umt5Parameters(config), { table: from }),
  embedding: tokenEmbedding(table, config),
})

describe.each(await modelEngines())('text encoder on $name', ({ create, tolerance }) => {
  const opened = create().then(async (engine) => ({ engine, net: await load(engine) }))
  afterAll(async () => (await opened).engine.dispose())

  test('the rows of a sentence, and nothing left allocated', async () => {
    const { engine, net } = await opened
    const before = engine.memory.liveBuffers
    await engine.scope(async (engine) => {
      const rows = await encodeText(engine, net, ids)
      const expected = firstRows(await golden('text.embeds'), ids.length)
      await expectGolden(engine, rows, expected, tolerance)
    })
    expect(engine.memory.liveBuffers).toBe(before)
  })
})

test('a gated product beyond the numbers of f16 goes through it', async () => {
  const engine = createRoundingEngine()
  const size = 2 ** 15 // the product then is about 100,000; f16 ends at 65,504
  const factorOf = (key: string) =>
    key.includes('wi_1') ? size : key.includes('wo.') ? 1 / size : 1
  const net = await load(engine, scaledTable(table, factorOf))
  const expected = firstRows(await golden('text.embeds'), ids.length)
  await expectGolden(engine, await encodeText(engine, net, ids), expected, f16Tolerance)
})

test('what is behind the sentence in the golden is zero', async () => {
  const { data } = await golden('text.embeds')
  expect(data.slice(ids.length * config.width).every((value) => value === 0)).toBe(true)
})

test('an id that is not in the vocabulary is refused', async () => {
  const engine = createReferenceEngine()
  const net = await load(engine)
  const before = engine.memory.liveBuffers
  await expect(encodeText(engine, net, [3, 200])).rejects.toMatchObject({ code: 'weights/range' })
  expect(engine.memory.liveBuffers).toBe(before)
})

test('distances fall into buckets: exact to 7, then by logarithm to 128, both signs apart', () => {
  const buckets = distanceBuckets(200, config)
  const of = (distance: number) => buckets[199 + distance]
  expect([0, -1, -7, -8, -11, -12, -16, -127, -199].map(of)).toEqual([0, 1, 7, 8, 8, 9, 10, 15, 15])
  expect([1, 7, 8, 12, 16, 127, 199].map(of)).toEqual([17, 23, 24, 25, 26, 31, 31])
})

test('random rows are those of their ids', async () => {
  const embedding = randomEmbedding(config)
  const rows = await embedding([5, 9, 5])
  const row = (i: number) => rows.slice(i * config.width, (i + 1) * config.width)
  expect(row(0)).toEqual(row(2))
  expect(row(0)).not.toEqual(row(1))
})
