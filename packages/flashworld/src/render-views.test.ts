import { createReferenceEngine } from '@flashworld/engine'
import { allocateGaussians, SH_C0, type ShDegree } from '@flashworld/splats'
import { expect, test } from 'vitest'
import { measureContributions, renderViews, streamDepths, streamViews } from './render-views.ts'

const size = { width: 9, height: 7 }
/** At the origin, looking along -z. */
const front = {
  rotation: [1, 0, 0, 0],
  position: [0, 0, 0],
  fx: 1,
  fy: 9 / 7,
  cx: 0.5,
  cy: 0.5,
  size,
} as const
const back = { ...front, rotation: [0, 0, 1, 0] } as const

/** Two large opaque Gaussians: a red one ahead, a blue one behind. */
function redAndBlue(shDegree: ShDegree) {
  const cloud = allocateGaussians(2, shDegree)
  const stride = cloud.sh.length / 2
  cloud.positions.set([0, 0, -2, 0, 0, 2])
  cloud.opacities.fill(0.999)
  cloud.scales.fill(50)
  cloud.rotations.set([1, 0, 0, 0, 1, 0, 0, 0])
  cloud.sh.set([0.5 / SH_C0, -0.5 / SH_C0, -0.5 / SH_C0], 0)
  cloud.sh.set([-0.5 / SH_C0, -0.5 / SH_C0, 0.5 / SH_C0], stride)
  return cloud
}

test.each([0, 1, 2, 3] as const)('draws a cloud of degree %i from every camera', async (degree) => {
  const engine = createReferenceEngine()
  const pictures = await renderViews(engine, redAndBlue(degree), [front, back], {
    ...size,
    background: [0, 0, 0],
  })
  expect(pictures.map(({ width, height, rgba }) => [width, height, rgba.length])).toEqual([
    [9, 7, 252],
    [9, 7, 252],
  ])
  const middle = (9 * 3 + 4) * 4
  expect([...pictures[0]!.rgba.subarray(middle, middle + 4)]).toEqual([255, 0, 0, 255])
  expect([...pictures[1]!.rgba.subarray(middle, middle + 4)]).toEqual([0, 0, 255, 255])
  expect(engine.memory.liveBuffers).toBe(0)
})

test('the background is white unless another is asked for', async () => {
  const engine = createReferenceEngine()
  const empty = allocateGaussians(0, 2)
  const [picture] = await renderViews(engine, empty, [front], size)
  expect(new Set(picture!.rgba)).toEqual(new Set([255]))
  const [green] = await renderViews(engine, empty, [front], { ...size, background: [0, 1, 0] })
  expect([...green!.rgba.subarray(0, 4)]).toEqual([0, 255, 0, 255])
})

test('contributions add up over the cameras', async () => {
  const engine = createReferenceEngine()
  const cloud = redAndBlue(0)
  const [red, blue] = await measureContributions(engine, cloud, [front], size)
  expect(blue).toBe(0)
  const twice = await measureContributions(engine, cloud, [front, front, back], size)
  expect(twice[0]).toBeCloseTo(2 * red!, 4)
  expect(twice[1]).toBeCloseTo(red!, 4)
  expect(engine.memory.liveBuffers).toBe(0)
})

test('an aborted signal stops before the next picture', async () => {
  const rendering = renderViews(createReferenceEngine(), redAndBlue(0), [front], {
    ...size,
    signal: AbortSignal.abort(new Error('enough')),
  })
  await expect(rendering).rejects.toThrow('enough')
})

test('a depth map tells the distance, however thin the cover, and 0 where there is nothing', async () => {
  const engine = createReferenceEngine()
  const cloud = redAndBlue(2)
  cloud.opacities.fill(0.7)
  cloud.positions.set([0, 0, -3], 3) // both ahead, at 2 and 3
  const depths = []
  for await (const map of streamDepths(engine, cloud, [front, back], size)) depths.push(map.depth)
  // of 0.7 from 2 away and 0.3 x 0.7 from 3 away
  const expected = (0.7 * 2 + 0.21 * 3) / 0.91
  // a Gaussian of deviation 50 loses up to some hundredths at the edges
  for (const value of depths[0]!) expect(value).toBeCloseTo(expected, 2)
  expect(new Set(depths[1])).toEqual(new Set([0]))
  expect(engine.memory.liveBuffers).toBe(0)
})

test('leaving the loop early frees the cloud', async () => {
  const engine = createReferenceEngine()
  for await (const { width } of streamViews(engine, redAndBlue(2), [front, back], size)) {
    expect(width).toBe(9)
    break
  }
  expect(engine.memory.liveBuffers).toBe(0)
})
