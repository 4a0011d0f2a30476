import { expect, test } from 'vitest'
import { checkpointDefaults, sceneWork } from './known-models.ts'
import { publishedConfigs } from './lab/published-model.ts'
import { estimateSeconds } from './node/estimate.ts'
import { folderSource } from './node/files.ts'
import { embeddedModel } from './node/embedded.ts'

const published = {
  name: '/models/flashworld/',
  size: () => Promise.resolve(2),
  read: (_: string, start: number, end: number) =>
    Promise.resolve(
      new TextEncoder().encode(JSON.stringify(publishedConfigs.transformer)).subarray(start, end),
    ),
}
const bytes = JSON.stringify(publishedConfigs.transformer).length

test('a checkpoint is called by its place, and known by its transformer', async () => {
  const mini = await checkpointDefaults(folderSource(embeddedModel()))
  expect(mini).toMatchObject({ model: 'mini', resolution: [12, 128, 192], lookDown: 12 })
  expect(JSON.parse(JSON.stringify(mini))).toEqual(mini)
  const large = await checkpointDefaults({ ...published, size: () => Promise.resolve(bytes) })
  expect(large).toMatchObject({ model: 'flashworld', resolution: [24, 480, 704], lookDown: 0 })
})

test('the work of a scene is about what was counted', async () => {
  const mini = await checkpointDefaults(folderSource(embeddedModel()))
  const large = await checkpointDefaults({ ...published, size: () => Promise.resolve(bytes) })
  const near = (value: number, counted: number) =>
    expect(Math.abs(value / counted - 1)).toBeLessThan(0.1)
  // counted by the operations themselves
  near(sceneWork(mini.resolution, mini), 131e9)
  // 4 x (69 of products, 23 of attention, 75 of the decoder) and 3 x 20 of the encoder
  near(sceneWork(large.resolution, large), (4 * (69 + 23 + 75) + 3 * 20) * 1e12)
  // and the square of the pixels counts
  expect(sceneWork([48, 480, 704], large)).toBeGreaterThan(2.1 * sceneWork([24, 480, 704], large))
})

test('seconds are known of CPUs alone', async () => {
  const mini = await checkpointDefaults(folderSource(embeddedModel()))
  const seconds = estimateSeconds({ kind: 'wasm' }, mini, mini.resolution, 2)!
  expect(seconds).toBeGreaterThan(1)
  expect(seconds).toBeLessThan(4)
  expect(estimateSeconds({ kind: 'wasm' }, mini, mini.resolution, 4)).toBeCloseTo(seconds / 2)
  expect(estimateSeconds({ kind: 'webgpu' }, mini, mini.resolution)).toBeUndefined()
})
