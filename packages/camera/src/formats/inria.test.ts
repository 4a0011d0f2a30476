import fc from 'fast-check'
import { expect, test } from 'vitest'
import { axisAngleQuat } from '@flashworld/math'
import { anyPath } from '../../test/arbitrary.ts'
import { expectClose } from '../../test/expect-close.ts'
import { expectSamePath } from '../../test/same-path.ts'
import { readInria, writeInria } from './inria.ts'

const size = { width: 704, height: 480 }
const item = {
  id: 0,
  img_name: '0',
  width: 704,
  height: 480,
  position: [1, 2, 3],
  rotation: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  fx: 352,
  fy: 480,
}
const two = (change: object) => [item, { ...item, ...change }]

test('an upright camera: y and z turn with the world, or the camera alone', () => {
  const [inRdf] = readInria(two({})).cameras
  expect(inRdf!.rotation).toEqual([1, 0, 0, 0])
  expect(inRdf!.position).toEqual([1, -2, -3])
  expect([inRdf!.fx, inRdf!.fy, inRdf!.cx, inRdf!.cy]).toEqual([0.5, 1, 0.5, 0.5])
  const [inRub] = readInria(two({}), 'rub').cameras
  expectClose(inRub!.rotation.map(Math.abs), [0, 1, 0, 0]) // half a turn about x
  expect(inRub!.position).toEqual([1, 2, 3])
})

test('a camera turned left by 90 degrees has its third column, the view, along -x', () => {
  const camera = { rotation: axisAngleQuat([0, 1, 0], 90), position: [1, 2, 3] as const }
  const path = [{ ...camera, fx: 1, fy: 1, cx: 0.5, cy: 0.5, size }]
  const [written] = JSON.parse(writeInria(path)) as { rotation: number[][] }[]
  expectClose(
    written!.rotation.map((row) => row[2]!),
    [-1, 0, 0],
  )
})

test.each(['rdf', 'rub'] as const)('writing and reading again keeps the path (%s)', (world) => {
  fc.assert(
    fc.property(anyPath, (path) => {
      const centred = path.map((camera) => ({ ...camera, cx: 0.5, cy: 0.5 }))
      const again = readInria(JSON.parse(writeInria(centred, world)), world)
      expect(again.cameras.map((camera) => camera.size)).toEqual(path.map(() => size))
      expectSamePath(again.cameras, centred, 1e-10)
    }),
  )
})

const I = item.rotation
test.each([
  ['no array', item, 'camera/format'],
  [
    'a mirror',
    two({
      rotation: [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, -1],
      ],
    }),
    'camera/value',
  ],
  [
    'a scale',
    two({
      rotation: [
        [2, 0, 0],
        [0, 2, 0],
        [0, 0, 2],
      ],
    }),
    'camera/value',
  ],
  ['two rows', two({ rotation: I.slice(1) }), 'camera/value'],
  ['four rows', two({ rotation: [...I, [0, 0, 0]] }), 'camera/value'],
  ['flat rotation', two({ rotation: I.flat() }), 'camera/format'],
  ['no width', two({ width: 0 }), 'camera/value'],
  ['no fx', two({ fx: undefined }), 'camera/format'],
  ['no camera', [], 'camera/count'],
])('%s is refused', (_, value, code) => {
  expect(() => readInria(value)).toThrow(expect.objectContaining({ code }))
})
