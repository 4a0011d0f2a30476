import { createReferenceEngine, createWasmEngine } from '@flashworld/engine'
import { allocateGaussians, SH_C0 } from '@flashworld/splats'
import { expect, test } from 'vitest'
import { keepPicture } from './keep-picture.ts'
import { renderViews } from './render-views.ts'

const size = { width: 32, height: 24 }
const camera = {
  rotation: [1, 0, 0, 0],
  position: [0, 0, 0],
  fx: 0.75,
  fy: 1,
  cx: 0.5,
  cy: 0.5,
  size,
} as const
const side = [48, 36] as const
const wall = side[0] * side[1]

/** A grey wall of small Gaussians that fills the picture, a large one behind it, and one behind the camera. */
function greyWall() {
  const cloud = allocateGaussians(wall + 2, 2)
  for (let i = 0; i < wall; i++) {
    const [column, row] = [i % side[0], Math.floor(i / side[0])]
    cloud.positions.set(
      [(column + 0.5) / 18 - side[0] / 36, (row + 0.5) / 18 - side[1] / 36, -2],
      i * 3,
    )
    cloud.rotations.set([1, 0, 0, 0], i * 4)
  }
  cloud.opacities.fill(0.6)
  cloud.scales.fill(0.04)
  cloud.scales.fill(0.5, wall * 3)
  cloud.positions.set([0, 0, -4, 0, 0, 2], wall * 3)
  cloud.rotations.set([1, 0, 0, 0, 1, 0, 0, 0], wall * 4)
  return cloud
}

/** Waves of colours, some ten pixels long. */
const pixels = Float32Array.from({ length: size.width * size.height * 3 }, (_, i) => {
  const [x, y, c] = [Math.floor(i / 3) % size.width, Math.floor(i / 3 / size.width), i % 3]
  return 0.6 * Math.sin(x / 2 + c) * Math.cos(y / 3)
})

// both of its operations are held against the reference on every backend
test.each([
  ['reference', () => Promise.resolve(createReferenceEngine())],
  ['wasm', () => createWasmEngine()],
])(
  'what the picture shows gets its colours, what is hidden or elsewhere keeps its own, on %s',
  async (_, create) => {
    const engine = await create()
    const cloud = greyWall()
    const before = structuredClone(cloud)
    const error = async () => {
      const [view] = await renderViews(engine, cloud, [camera], size)
      const { rgba } = view!
      const squares = pixels.map(
        (v, i) => (v - rgba[Math.floor(i / 3) * 4 + (i % 3)]! / 127.5 + 1) ** 2,
      )
      return squares.reduce((a, b) => a + b) / squares.length
    }
    const first = await error()
    await keepPicture(engine, cloud, { pixels, camera, ...size }, new AbortController().signal)
    expect(10 * Math.log10(first / (await error()))).toBeGreaterThan(5) // measured: 6.1 dB
    const { sh, ...rest } = cloud
    const { sh: shBefore, ...restBefore } = before
    expect(rest).toEqual(restBefore)
    const changed = (i: number) =>
      sh.subarray(i * 27, (i + 1) * 27).findLastIndex((v, k) => v !== shBefore[i * 27 + k])
    // of one Gaussian in the middle, the constant term alone
    expect(changed(18 * side[0] + 24)).toBe(2)
    // of what shines through the wall, at most a tenth of a colour
    expect(
      Math.max(...sh.subarray(wall * 27, wall * 27 + 3).map((v) => Math.abs(v * SH_C0))),
    ).toBeLessThan(0.1)
    expect(changed(wall + 1)).toBe(-1)
    expect(engine.memory.liveBuffers).toBe(0)
    engine.dispose()
  },
)

test('stops where it is told to', async () => {
  const engine = createReferenceEngine()
  const stopped = AbortSignal.abort(new Error('enough'))
  await expect(
    keepPicture(engine, greyWall(), { pixels, camera, ...size }, stopped),
  ).rejects.toThrow('enough')
  engine.dispose()
})
