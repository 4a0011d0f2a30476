import { expect, test } from 'vitest'
import { createWebGpuEngine, elementCount, withParts } from '@flashworld/engine'
import { openTextChecker } from '../../engine/test/pretend/texts.ts'
import { loadFlashWorld } from './flashworld.ts'
import { folderSource, nodeImages } from './node/index.ts'

const resolution = [2, 32, 64] as const

/** The device, counting the pipelines that work had to wait for. */
function counting(device: GPUDevice) {
  const waited: (string | undefined)[] = []
  const counted = new Proxy(device, {
    get(_, name) {
      const value: unknown = Reflect.get(device, name, device)
      if (name === 'createComputePipeline') {
        return (wanted: GPUComputePipelineDescriptor) => {
          waited.push(wanted.label)
          return device.createComputePipeline(wanted)
        }
      }
      return typeof value === 'function' ? (value.bind(device) as unknown) : value
    },
  })
  return { device: counted, waited }
}

test('a model that was made ready for a scene compiles nothing while it makes one', async () => {
  const { device, waited } = counting((await openTextChecker()).device)
  const opened = createWebGpuEngine(device, { half: 'f16' })
  // nothing is computed there: what is read would be whatever the memory held
  const engine = withParts(opened, (below) => ({
    read: async (x, { into = new Float32Array(elementCount(x.shape)) } = {}) => {
      await below.settle()
      return into.fill(0)
    },
  }))
  using world = await loadFlashWorld({
    engine,
    source: folderSource('test/goldens/tiny'),
    images: nodeImages,
    prepareFor: resolution,
  })
  const { scene } = await world.generateScene({
    prompt: 'a red barn beside a lake',
    path: 'orbit-left:20',
    resolution,
    seed: 5,
  })
  expect(scene.gaussians.count).toBeGreaterThan(0)
  expect(waited).toEqual([])
  world.dispose()
  expect(engine.memory.liveBuffers).toBe(0)
  engine.dispose()
})
