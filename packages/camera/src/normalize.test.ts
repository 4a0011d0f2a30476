import fc from 'fast-check'
import { expect, test } from 'vitest'
import { expectClose } from '../test/expect-close.ts'
import { anyPath } from '../test/arbitrary.ts'
import { largestDifference, openGoldens } from '../test/golden.ts'
import { packCameras, unpackCameras } from './camera.ts'
import { camerasInFrame, normalizeCameras } from './normalize.ts'

const size = { width: 96, height: 64 }

const golden = openGoldens()

// The goldens were computed in f32, with some 10 roundings to each number.
const F32_STEPS = 1e-6

test('the published normalising', () => {
  const { cameras, frame } = normalizeCameras(unpackCameras(golden('cameras.sampled').data, size))
  const { data } = golden('cameras.normalized')
  expect(largestDifference(packCameras(cameras), data)).toBeLessThan(F32_STEPS)
  expect(largestDifference([frame.extent], golden('cameras.T_norm').data)).toBeLessThan(F32_STEPS)
  const reference = golden('cameras.ref_w2c').data
  expect(largestDifference(frame.reference, reference)).toBeLessThan(F32_STEPS)
})

test('the first camera becomes the identity, the farthest nearly 1', () => {
  fc.assert(
    fc.property(anyPath, (path) => {
      const { cameras, frame } = normalizeCameras(path)
      expectClose(cameras[0]!.position, [0, 0, 0], 1e-10)
      expect(cameras[0]!.rotation[0]).toBeCloseTo(1, 10)
      const farthest = Math.max(...cameras.map((c) => Math.hypot(...c.position)))
      expect(farthest).toBeCloseTo(frame.extent / (frame.extent + 0.01), 10)
      for (const c of cameras) expect(c.rotation[0]).toBeGreaterThanOrEqual(0)
    }),
  )
})

test('turning on the spot stays finite, with extent 0', () => {
  const camera = unpackCameras(golden('cameras.raw').data, size)[0]!
  const { cameras, frame } = normalizeCameras([camera, { ...camera, rotation: [0, 0, 1, 0] }])
  expect(frame.extent).toBe(0)
  expect([...packCameras(cameras)].every(Number.isFinite)).toBe(true)
})

test('other cameras of the same world get the same frame', () => {
  const path = unpackCameras(golden('cameras.sampled').data, size)
  const { cameras, frame } = normalizeCameras(path)
  expect(camerasInFrame(path.slice(2), frame)).toEqual(cameras.slice(2))
})

test('no cameras have no frame', () => {
  expect(() => normalizeCameras([])).toThrow(expect.objectContaining({ code: 'camera/count' }))
})
