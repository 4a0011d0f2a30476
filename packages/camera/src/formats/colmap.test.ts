import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyPath } from '../../test/arbitrary.ts'
import { expectClose } from '../../test/expect-close.ts'
import { expectSamePath } from '../../test/same-path.ts'
import type { Camera } from '../camera.ts'
import { readColmap, writeColmap } from './colmap.ts'

const size = { width: 704, height: 480 }
const lensLine = '1 PINHOLE 704 480 352 480 352 240\n'

test('the pose in the file is world-to-camera, its images sorted by name', () => {
  const images = [
    '# IMAGE_ID, QW, QX, QY, QZ, TX, TY, TZ, CAMERA_ID, NAME',
    '1 1 0 0 0 0 0 2 1 frame_10.png',
    '10.5 20.5 -1 30 40 7',
    '2 0.70710678 0 0.70710678 0 0 0 2 1 frame 9.png',
    '',
  ].join('\r\n')
  const [ninth, tenth] = readColmap({ cameras: `# comment\n${lensLine}`, images }).cameras
  // w2c moves by +2 along the view: the camera is 2 behind the origin, in y-up axes at z = 2.
  expectClose(tenth!.position, [0, 0, 2])
  expectClose(tenth!.rotation, [1, 0, 0, 0])
  expect([tenth!.fx, tenth!.fy, tenth!.cx, tenth!.cy]).toEqual([0.5, 1, 0.5, 0.5])
  // The centre is -R^T t: R takes world z to camera x, so R^T (0, 0, 2) = (-2, 0, 0).
  expectClose(ninth!.position, [2, 0, 0], 1e-7)
})

test.each(['rdf', 'rub'] as const)('writing and reading again keeps the path (%s)', (world) => {
  fc.assert(
    fc.property(anyPath, (path) => {
      const again = readColmap(writeColmap(path, world), world)
      expect(again.cameras.map((camera) => camera.size)).toEqual(path.map(() => size))
      expectSamePath(again.cameras, path, 1e-10)
    }),
  )
})

test('one lens is written once', () => {
  const lens = { fx: 0.5, fy: 1, cx: 0.5, cy: 0.5, size }
  const camera: Camera = { rotation: [1, 0, 0, 0], position: [0, 0, 0], ...lens }
  expect(writeColmap([camera, camera])).toEqual({
    cameras: lensLine,
    images: '1 1 0 0 0 0 0 0 1 00000.png\n\n2 1 0 0 0 0 0 0 1 00001.png\n\n',
  })
})

const image = '1 1 0 0 0 0 0 2 1 a.png\n\n'
test.each([
  ['a lens that bends', '1 OPENCV 704 480 1 2 3 4 5 6 7 8', image + image, 'camera/format'],
  ['a lens cut short', '1 PINHOLE 704 480 352', image + image, 'camera/format'],
  ['a size of text', '1 PINHOLE w h 1 2 3 4', image + image, 'camera/value'],
  ['another camera', lensLine, '1 1 0 0 0 0 0 2 7 a.png\n\n', 'camera/format'],
  ['a line cut short', lensLine, '1 1 0 0 0\n', 'camera/format'],
  ['a word for a number', lensLine, '1 1 0 x 0 0 0 2 1 a.png\n\n', 'camera/value'],
  ['a zero quaternion', lensLine, '1 0 0 0 0 0 0 2 1 a.png\n\n', 'camera/value'],
  ['no image', lensLine, '', 'camera/count'],
])('%s is refused', (_, cameras, images, code) => {
  expect(() => readColmap({ cameras, images })).toThrow(expect.objectContaining({ code }))
})
