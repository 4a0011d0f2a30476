import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyPath } from '../../../test/arbitrary.ts'
import { expectClose } from '../../../test/expect-close.ts'
import { expectSamePath } from '../../../test/same-path.ts'
import type { Camera } from '../../camera.ts'
import { readColmapBinary, readColmapText, writeColmapText } from './index.ts'

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
  const [ninth, tenth] = readColmapText({ cameras: `# comment\n${lensLine}`, images }).cameras
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
      const again = readColmapText(writeColmapText(path, world), world)
      expect(again.cameras.map((camera) => camera.size)).toEqual(path.map(() => size))
      expectSamePath(again.cameras, path, 1e-10)
    }),
  )
})

test('one lens is written once', () => {
  const lens = { fx: 0.5, fy: 1, cx: 0.5, cy: 0.5, size }
  const camera: Camera = { rotation: [1, 0, 0, 0], position: [0, 0, 0], ...lens }
  expect(writeColmapText([camera, camera])).toEqual({
    cameras: lensLine,
    images: '1 1 0 0 0 0 0 0 1 00000.png\n\n2 1 0 0 0 0 0 0 1 00001.png\n\n',
  })
})

const image = '1 1 0 0 0 0 0 2 1 a.png\n\n'
test.each([
  ['a lens that bends', '1 OPENCV 704 480 1 2 3 4 5 6 7 8', image, 'camera/format'],
  ['a fisheye', '1 OPENCV_FISHEYE 704 480 1 2 3 4 0 0 0 0', image, 'camera/format'],
  ['a lens cut short', '1 PINHOLE 704 480 352', image, 'camera/format'],
  ['an unknown lens', '1 KALEIDOSCOPE 704 480 352', image, 'camera/format'],
  ['a size of text', '1 PINHOLE w h 1 2 3 4', image, 'camera/value'],
  ['another camera', lensLine, '1 1 0 0 0 0 0 2 7 a.png\n\n', 'camera/format'],
  ['a line cut short', lensLine, '1 1 0 0 0\n', 'camera/format'],
  ['a word for a number', lensLine, '1 1 0 x 0 0 0 2 1 a.png\n\n', 'camera/value'],
  ['a zero quaternion', lensLine, '1 0 0 0 0 0 0 2 1 a.png\n\n', 'camera/value'],
  ['no image', lensLine, '', 'camera/count'],
])('%s is refused', (_, cameras, images, code) => {
  expect(() => readColmapText({ cameras, images })).toThrow(expect.objectContaining({ code }))
})

test.each([
  ['SIMPLE_RADIAL', '300 160 112 0', [300, 300]],
  ['RADIAL', '300 160 112 0 0', [300, 300]],
  ['OPENCV', '300 280 160 112 0 0 0 0', [300, 280]],
  ['FULL_OPENCV', '300 280 160 112 0 0 0 0 0 0 0 0', [300, 280]],
  ['FOV', '300 280 160 112 0', [300, 280]],
])('%s without distortion is a pinhole', (model, params, [fx, fy]) => {
  const { cameras } = readColmapText({ cameras: `1 ${model} 320 224 ${params}`, images: image })
  expect(cameras[0]).toMatchObject({ cx: 0.5, cy: 0.5, fx: fx! / 320, fy: fy! / 224 })
})

/** A model of one PINHOLE and images with points, as COLMAP writes it. */
function binary({ model = 1, camera = 7 } = {}) {
  const bytes = (...parts: [type: 'u32' | 'u64' | 'f64', value: number][]) =>
    Buffer.concat(
      parts.map(([type, value]) => {
        const out = Buffer.alloc(type === 'u32' ? 4 : 8)
        if (type === 'u32') out.writeUInt32LE(value)
        else if (type === 'u64') out.writeBigUInt64LE(BigInt(value))
        else out.writeDoubleLE(value)
        return out
      }),
    )
  const floats = (...values: number[]) => bytes(...values.map((v): ['f64', number] => ['f64', v]))
  const shot = (id: number, name: string, x: number, points: number) =>
    Buffer.concat([
      bytes(['u32', id]),
      floats(1, 0, 0, 0, x, 0, 2),
      bytes(['u32', camera]),
      Buffer.from(`${name}\0`),
      bytes(['u64', points]),
      Buffer.alloc(points * 24, 1),
    ])
  return {
    cameras: Buffer.concat([
      bytes(['u64', 1], ['u32', 7], ['u32', model], ['u64', 704], ['u64', 480]),
      floats(352, 480, 352, 240),
    ]),
    images: Buffer.concat([bytes(['u64', 2]), shot(1, 'b.png', 1, 3), shot(2, 'a.png', 0, 0)]),
  }
}

test('a binary model is the text model', () => {
  const images = '1 1 0 0 0 1 0 2 1 b.png\n\n2 1 0 0 0 0 0 2 1 a.png\n\n'
  const text = readColmapText({ cameras: lensLine, images })
  expect(readColmapBinary(binary())).toEqual(text)
  expect(text.cameras.map(({ position }) => position[0] + 0)).toEqual([0, -1])
})

test('a binary model cut off anywhere, or of unknown parts, is refused', () => {
  const { cameras, images } = binary()
  const refused = expect.objectContaining({ code: 'camera/format' })
  for (let i = 0; i < cameras.length; i++) {
    expect(() => readColmapBinary({ cameras: cameras.subarray(0, i), images })).toThrow(refused)
  }
  for (let i = 0; i < images.length; i++) {
    expect(() => readColmapBinary({ cameras, images: images.subarray(0, i) })).toThrow(refused)
  }
  expect(() => readColmapBinary(binary({ model: 99 }))).toThrow(refused)
  expect(() => readColmapBinary(binary({ camera: 8 }))).toThrow(refused)
})
