import { PACKED_FLOATS } from '@flashworld/splats'
import { describe, expect, test } from 'vitest'
import { testEngines } from '../../engine/test/engines.ts'
import { readGoldens } from '../test/goldens.ts'
import { rasterize } from './index.ts'

const golden = await readGoldens()

const scenes = [
  { gaussians: 'raster.cloud', cameras: 'raster.cameras', image: 'raster.white', background: 1 },
  { gaussians: 'raster.cloud', cameras: 'raster.cameras', image: 'raster.black', background: 0 },
  { gaussians: 'recon.gaussians', cameras: 'cameras.normalized', image: 'render', background: 1 },
]

/** The published code's channels-first colours and depth as `[n, H, W, 4]`. */
function expectedImages(name: string) {
  const rgb = golden(`${name}.rgb`)
  const depth = golden(`${name}.depth`).values
  const [n, , height, width] = rgb.shape.slice(1) as [number, number, number, number]
  const pixels = height * width
  const values = Float32Array.from({ length: n * pixels * 4 }, (_, at) => {
    const [view, pixel, channel] = [
      Math.floor(at / 4 / pixels),
      Math.floor(at / 4) % pixels,
      at % 4,
    ]
    return channel === 3
      ? depth[view * pixels + pixel]!
      : rgb.values[(view * 3 + channel) * pixels + pixel]!
  })
  return { width, height, values }
}

describe.each(await testEngines())('goldens on $name', ({ create }) => {
  test.each(scenes)('$image', async ({ gaussians, cameras, image, background }) => {
    const engine = await create!()
    const { width, height, values } = expectedImages(image)
    const got = await engine.scope((engine) => {
      const scene = engine.upload(golden(gaussians).values, [
        golden(gaussians).values.length / PACKED_FLOATS,
        PACKED_FLOATS,
      ])
      const views = engine.upload(golden(cameras).values, [golden(cameras).values.length / 11, 11])
      return engine.read(
        rasterize(engine, scene, views, {
          width,
          height,
          background: [background, background, background],
        }),
      )
    })
    // f32 sums of hundreds of weights in another order; a Gaussian wrongly left out or in costs 1e-3 and more
    expect(got.length).toBe(values.length)
    expect(got.map((v, i) => Math.abs(v - values[i]!)).every((error) => error <= 1e-4)).toBe(true)
    expect(engine.memory.liveBuffers).toBe(0)
    engine.dispose()
  })
})
