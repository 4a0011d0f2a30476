import fc from 'fast-check'
import { expect, test } from 'vitest'
import { expectClose } from '../test/expect-close.ts'
import { anyPath } from '../test/arbitrary.ts'
import { largestDifference, openGoldens } from '../test/golden.ts'
import { packCameras, unpackCameras } from './camera.ts'
import { densePath, resampleCameras } from './path.ts'

const size = { width: 96, height: 64 }

const golden = openGoldens()
const raw = unpackCameras(golden('cameras.raw').data, size)

// The goldens were computed in f32: their last bits are all that may differ.
const F32_STEPS = 1e-6

test('the published resampling', () => {
  const got = packCameras(resampleCameras(raw, 4))
  expect(largestDifference(got, golden('cameras.sampled').data)).toBeLessThan(F32_STEPS)
})

test('the published video path', () => {
  const dense = golden('cameras.dense')
  const got = densePath(raw)
  expect([got.length, 11]).toEqual(dense.shape)
  expect(largestDifference(packCameras(got), dense.data)).toBeLessThan(F32_STEPS)
})

test('two cameras make three: the middle one is halfway', () => {
  const [a, b] = [raw[0]!, { ...raw[0]!, position: [2, 4, 6] as const, fx: 1.25 }]
  const middle = resampleCameras([a, b], 3)[1]!
  expectClose(
    middle.position,
    a.position.map((v, i) => (v + b.position[i]!) / 2),
  )
  expect(middle.fx).toBeCloseTo(1, 6)
})

test('ends stay, whatever the numbers', () => {
  fc.assert(
    fc.property(anyPath, fc.integer({ min: 2, max: 50 }), (path, count) => {
      const got = resampleCameras(path, count)
      expect(got).toHaveLength(count)
      expectClose(got[0]!.position, path[0]!.position)
      expectClose(got.at(-1)!.position, path.at(-1)!.position)
      for (const c of got) expect(Math.hypot(...c.rotation)).toBeCloseTo(1, 12)
    }),
  )
})

test('one camera is no path, and no path has 0 cameras', () => {
  expect(() => resampleCameras([raw[0]!], 4)).toThrow('2 to 4096')
  expect(() => resampleCameras(raw, 0)).toThrow('1 to 4096')
  expect(resampleCameras(raw, 1)).toHaveLength(1)
})
