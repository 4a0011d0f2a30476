import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyPath } from '../test/arbitrary.ts'
import { largestDifference, openGoldens } from '../test/golden.ts'
import type { Camera } from './camera.ts'
import { checkCamera, checkCameraCount, packCameras, unpackCameras } from './camera.ts'

const size = { width: 96, height: 64 }

const camera: Camera = {
  rotation: [1, 0, 0, 0],
  position: [1, 2, 3],
  fx: 0.9,
  fy: 1.2,
  cx: 0.5,
  cy: 0.4,
  size,
}

test('packing keeps the published order', () => {
  expect([...packCameras([camera])].map((v) => Math.round(v * 10) / 10)).toEqual([
    1, 0, 0, 0, 1, 2, 3, 0.9, 1.2, 0.5, 0.4,
  ])
})

test('unpacking and packing again changes nothing', () => {
  const { data } = openGoldens()('cameras.raw')
  expect(packCameras(unpackCameras(data, size))).toEqual(data)
  fc.assert(
    fc.property(anyPath, (path) => {
      const again = unpackCameras(packCameras(path), size)
      expect(largestDifference(packCameras(again), packCameras(path))).toBe(0)
    }),
  )
})

test('a cut-off list of floats is refused', () => {
  expect(() => unpackCameras(new Float32Array(12), size)).toThrow('multiple of 11')
})

test.each([
  ['NaN position', { position: [0, NaN, 0] }, 'camera.position[1]'],
  ['infinite position', { position: [0, 0, Infinity] }, 'camera.position[2]'],
  ['too large a position', { position: [1e30, 0, 0] }, 'camera.position[0]'],
  ['zero quaternion', { rotation: [0, 0, 0, 0] }, 'camera.quaternion'],
  ['NaN quaternion', { rotation: [NaN, 0, 0, 0] }, 'camera.quaternion[0]'],
  ['no focal length', { fx: 0 }, 'camera.fx'],
  ['negative focal length', { fy: -1 }, 'camera.fy'],
  ['NaN principal point', { cx: NaN }, 'camera.cx'],
] as const)('%s is refused by name', (_, wrong, where) => {
  expect(() => checkCamera({ ...camera, ...wrong }, 'camera')).toThrow(where)
  expect(() => checkCamera({ ...camera, ...wrong }, 'camera')).toThrow(
    expect.objectContaining({ code: 'camera/value' }),
  )
})

test.each([0, 1, 4097, 2.5, NaN])('%d cameras are no path', (count) => {
  expect(() => checkCameraCount(count)).toThrow('2 to 4096')
})
