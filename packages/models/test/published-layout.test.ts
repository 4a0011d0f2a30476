import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { publishedConfigs, publishedFeatures } from '../../flashworld/src/lab/published-model.ts'
import { describeNetworks } from '../src/networks.ts'
import { storedTensors } from './published-layout.ts'

const published = JSON.parse(
  await readFile('test/goldens/published-weights.json', 'utf8'),
) as Record<string, Record<string, [number[], string]>>

test.each([
  ['vae', 'vae (hub file, before the temporal taps are cut)', 3],
  ['reconDecoder', 'recon_decoder (model.ckpt)', 1],
  ['transformer', 'transformer (model.ckpt)', 1],
  ['textEncoder', 'text_encoder', 0],
] as const)('what is written of %s has the published names and shapes', (network, name, taps) => {
  const { trees } = describeNetworks(publishedConfigs, publishedFeatures)
  const shapes = storedTensors(trees[network], taps).map(({ key, shape }) => [key, shape])
  expect(shapes.length).toBeGreaterThan(70)
  for (const [key, shape] of shapes as [string, number[]][])
    expect([key, shape]).toEqual([key, published[name]![key]?.[0]])
})
