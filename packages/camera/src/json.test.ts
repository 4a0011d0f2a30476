import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyPath } from '../test/arbitrary.ts'
import { largestDifference } from '../test/golden.ts'
import { packCameras } from './camera.ts'
import { camerasFromJson, camerasToJson } from './json.ts'

const output = { width: 704, height: 480 }
const json = { position: [1, 2, 3], quaternion: [1, 0, 0, 0], fx: 352, fy: 240, cx: 352, cy: 240 }
const pair = (change: object) => [json, { ...json, ...change }]

test('pixels of the output become shares of its sides', () => {
  const [camera] = camerasFromJson([json, json], { output })
  expect(camera).toEqual({
    rotation: [1, 0, 0, 0],
    position: [1, 2, 3],
    fx: 0.5,
    fy: 0.5,
    cx: 0.5,
    cy: 0.5,
  })
})

test('pixels of an uploaded image follow its crop', () => {
  const px = { ...json, fx: 1500, fy: 1500, cx: 1000, cy: 1500 }
  const image = { width: 2000, height: 3000 }
  const [camera] = camerasFromJson([px, px], { output, image })
  expect(camera!.fx).toBeCloseTo(528 / 704, 12)
  expect(camera!.fy).toBeCloseTo(528 / 480, 12)
  expect(camera!.cx).toBeCloseTo(0.5, 12)
  expect(camera!.cy).toBeCloseTo(((1500 - 818) * 0.352) / 480, 12)
})

test('quaternions come with the real part first, and are made unit', () => {
  const [, camera] = camerasFromJson(pair({ quaternion: [0, 0, 2, 0] }), { output })
  expect(camera!.rotation).toEqual([0, 0, 1, 0])
})

test('writing and reading again changes nothing', () => {
  fc.assert(
    fc.property(anyPath, (path) => {
      const text = JSON.stringify(camerasToJson(path, output))
      const again = camerasFromJson(JSON.parse(text), { output })
      // f32 of values up to 100: one step is 8e-6.
      expect(largestDifference(packCameras(again), packCameras(path))).toBeLessThan(1e-5)
    }),
  )
})

test('cameras in one place are a path', () => {
  expect(camerasFromJson([json, json, json], { output })).toHaveLength(3)
})

test.each([
  ['no array', { 0: json }, 'camera/format', 'cameras: expected an array'],
  ['no object', [json, 7], 'camera/format', 'cameras[1]: expected an object'],
  ['null', [json, null], 'camera/format', 'cameras[1]: expected an object'],
  ['short position', pair({ position: [1, 2] }), 'camera/format', 'cameras[1].position'],
  ['missing quaternion', pair({ quaternion: undefined }), 'camera/format', '[w, x, y, z]'],
  ['text for a number', pair({ fx: '352' }), 'camera/format', 'cameras[1].fx'],
  ['null', pair({ position: [0, null, 0] }), 'camera/format', 'cameras[1].position[1]'],
  ['NaN', pair({ cx: NaN }), 'camera/value', 'cameras[1].cx'],
  ['zero quaternion', pair({ quaternion: [0, 0, 0, 0] }), 'camera/value', 'cameras[1].quaternion'],
  ['zero focal length', pair({ fy: 0 }), 'camera/value', 'cameras[1].fy'],
  ['infinity', pair({ position: [Infinity, 0, 0] }), 'camera/value', 'cameras[1].position[0]'],
  ['one camera', [json], 'camera/count', '2 to 4096'],
  ['too many cameras', Array.from({ length: 4097 }, () => json), 'camera/count', 'got 4097'],
])('%s is refused', (_, value, code, message) => {
  const read = () => camerasFromJson(value, { output })
  expect(read).toThrow(message)
  expect(read).toThrow(expect.objectContaining({ code }))
})

test.each([0, -4, 1.5, NaN])('an output %d pixels wide is refused', (width) => {
  const read = () => camerasFromJson([json, json], { output: { ...output, width } })
  expect(read).toThrow('whole pixels')
})
