import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyPath } from '../test/arbitrary.ts'
import { expectSamePath } from '../test/same-path.ts'
import type { PicturesAtHand } from './json.ts'
import { camerasFromJson, camerasToJson, readCamerasJson } from './json.ts'

const resolution = { width: 704, height: 480 }
const json = { position: [1, 2, 3], quaternion: [1, 0, 0, 0], fx: 352, fy: 240, cx: 352, cy: 240 }
const pair = (change: object) => [json, { ...json, ...change }]
const read = (value: unknown, known: PicturesAtHand = { resolution }) =>
  camerasFromJson(readCamerasJson(value), known)

test('pixels of the resolution become shares of its sides', () => {
  expect(read([json])).toEqual({
    cameras: [
      {
        rotation: [1, 0, 0, 0],
        position: [1, 2, 3],
        fx: 0.5,
        fy: 0.5,
        cx: 0.5,
        cy: 0.5,
        size: resolution,
      },
    ],
    notes: [],
  })
})

test("intrinsics belong to the camera's own picture, else the photograph, else the resolution", () => {
  const photograph = { width: 2000, height: 3000 }
  const known = { photograph, resolution }
  const [own, uploaded] = read([{ ...json, width: 352, height: 960 }, json], known).cameras
  expect(own).toMatchObject({ fx: 1, fy: 0.25, size: { width: 352, height: 960 } })
  expect(uploaded).toMatchObject({ fx: 352 / 2000, fy: 240 / 3000, size: photograph })
})

test('where nothing tells the picture it is twice the principal point, and that is said', () => {
  const { cameras, notes } = read([{ ...json, cx: 256, cy: 192.2 }], {})
  expect(cameras[0]!.size).toEqual({ width: 512, height: 384 })
  expect(notes).toEqual([expect.stringContaining('twice the principal point, 512x384')])
})

test('intrinsics below 4 are shares of the sides already, and that is said', () => {
  const { cameras, notes } = read([{ ...json, fx: 0.83, fy: 1.25, cx: 0.5, cy: 0.5 }])
  expect(cameras[0]).toMatchObject({ fx: 0.83, fy: 1.25, cx: 0.5, cy: 0.5, size: resolution })
  expect(notes).toEqual([expect.stringContaining('below 4')])
  // one of them at 4: pixels
  expect(read([{ ...json, fx: 4, fy: 1, cx: 1, cy: 1 }]).notes).toEqual([])
})

test.each([
  ['a principal point at the corner', { cx: 0, cy: 0 }],
  ['shares of unknown sides', { fx: 0.83, fy: 1.25, cx: 0.5, cy: 0.5 }],
])('%s needs a size, and the message says where', (_, change) => {
  const reading = () => read([{ ...json, ...change }], {})
  expect(reading).toThrow(expect.objectContaining({ code: 'camera/size' }))
  expect(reading).toThrow('add width and height')
})

test('quaternions come with the real part first, and are made unit', () => {
  const [, camera] = read(pair({ quaternion: [0, 0, 2, 0] })).cameras
  expect(camera!.rotation).toEqual([0, 0, 1, 0])
})

test('writing and reading again keeps the cameras, each with its size', () => {
  fc.assert(
    fc.property(anyPath, (path) => {
      const text = JSON.stringify(camerasToJson(path))
      const again = read(JSON.parse(text), {})
      expectSamePath(again.cameras, path, 1e-12)
      expect(again.notes).toEqual([])
    }),
  )
})

test.each([
  ['no array', { 0: json }, 'camera/format', 'cameras: expected an array'],
  ['no object', [json, 7], 'camera/format', 'cameras[1]: expected an object'],
  ['null', [json, null], 'camera/format', 'cameras[1]: expected an object'],
  ['short position', pair({ position: [1, 2] }), 'camera/format', 'cameras[1].position'],
  ['missing quaternion', pair({ quaternion: undefined }), 'camera/format', '[w, x, y, z]'],
  ['text for a number', pair({ fx: '352' }), 'camera/format', 'cameras[1].fx'],
  ['null', pair({ position: [0, null, 0] }), 'camera/format', 'cameras[1].position[1]'],
  ['half a size', pair({ width: 8 }), 'camera/format', 'cameras[1].height'],
  [
    'a size of nothing',
    pair({ width: 8, height: 0 }),
    'camera/value',
    'cameras[1]: expected whole',
  ],
  ['NaN', pair({ cx: NaN }), 'camera/value', 'cameras[1].cx'],
  ['zero quaternion', pair({ quaternion: [0, 0, 0, 0] }), 'camera/value', 'cameras[1].quaternion'],
  ['zero focal length', pair({ fy: 0 }), 'camera/value', 'cameras[1].fy'],
  ['infinity', pair({ position: [Infinity, 0, 0] }), 'camera/value', 'cameras[1].position[0]'],
  ['no camera', [], 'camera/count', '1 to 4096'],
  ['too many cameras', Array.from({ length: 4097 }, () => json), 'camera/count', 'got 4097'],
])('%s is refused', (_, value, code, message) => {
  const reading = () => read(value)
  expect(reading).toThrow(message)
  expect(reading).toThrow(expect.objectContaining({ code }))
})

test.each([0, -4, 1.5, NaN])('a resolution %d pixels wide is refused', (width) => {
  expect(() => read([json], { resolution: { ...resolution, width } })).toThrow('whole pixels')
})
