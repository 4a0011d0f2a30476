import { expect, test } from 'vitest'
import { readNerfstudio } from './nerfstudio.ts'

const matrix = [
  [1, 0, 0, 1],
  [0, 1, 0, 2],
  [0, 0, 1, 3],
  [0, 0, 0, 1],
]
const lens = { fl_x: 300, fl_y: 280, cx: 160, cy: 112, w: 320, h: 224 }

test("a frame of its own lens, and one of the file's", () => {
  const frames = [
    { transform_matrix: matrix, fl_x: 150, w: 160, cx: 80 },
    { transform_matrix: matrix.slice(0, 3) },
  ]
  const { cameras } = readNerfstudio({ ...lens, frames })
  expect(cameras[0]).toMatchObject({
    fx: 150 / 160,
    fy: 280 / 224,
    size: { width: 160, height: 224 },
  })
  expect(cameras[1]).toMatchObject({ position: [1, 2, 3], fx: 300 / 320, cx: 0.5 })
})

test('an angle stands for the focal length', () => {
  const frames = [{ transform_matrix: matrix }]
  const { cameras } = readNerfstudio({ camera_angle_x: Math.PI / 2, w: 200, h: 100, frames })
  expect(cameras[0]!.fx).toBeCloseTo(0.5, 12)
  expect(cameras[0]!.fy).toBeCloseTo(1, 12)
  const bare = readNerfstudio({ camera_angle_x: Math.PI / 2, frames }).cameras[0]!
  expect(bare.size).toEqual({ width: 704, height: 480 })
  expect(bare.fx * 704).toBeCloseTo(bare.fy * 480, 10)
})

test.each([
  ['a distorted lens', { ...lens, k1: 0.1 }, 'k1 0.1'],
  ['a fisheye', { ...lens, camera_model: 'OPENCV_FISHEYE' }, 'OPENCV_FISHEYE'],
  ['no lens', {}, 'camera_angle_x'],
  ['no focal length', { ...lens, fl_x: undefined }, 'fl_x or camera_angle_x'],
  ['a flat matrix', { ...lens, frames: [{ transform_matrix: matrix.flat() }] }, '[x, y, z, t]'],
  ['two rows', { ...lens, frames: [{ transform_matrix: matrix.slice(2) }] }, '4 rows'],
  [
    'a mirror',
    { ...lens, frames: [{ transform_matrix: [[-1, 0, 0, 0], ...matrix.slice(1)] }] },
    'rotation',
  ],
  ['no frames', { ...lens, frames: [] }, '1 to 4096'],
])('%s is refused', (_, change, message) => {
  const read = () => readNerfstudio({ frames: [{ transform_matrix: matrix }], ...change })
  expect(read).toThrow(message)
  expect(read).toThrow(expect.objectContaining({ name: 'CameraError' }))
})

test('no distortion written out is none', () => {
  const frames = [{ transform_matrix: matrix }]
  expect(readNerfstudio({ ...lens, k1: 0, p2: 0, frames }).cameras).toHaveLength(1)
})
