import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyPath } from '../../test/arbitrary.ts'
import { expectSamePath } from '../../test/same-path.ts'
import { readTrajectoryJson, writeTrajectoryJson } from './trajectory-json.ts'

test('a trajectory in the published shape', () => {
  const camera = { quaternion: [1, 0, 0, 0], fx: 512, fy: 512, cx: 256, cy: 192 }
  const text = JSON.stringify({
    resolution: [8, 384, 512],
    cameras: [
      { ...camera, position: [0, 0, 0] },
      { ...camera, position: [0, 0, -0.5] },
    ],
  })
  const { cameras } = readTrajectoryJson(text)
  expect(cameras[1]).toEqual({
    rotation: [1, 0, 0, 0],
    position: [0, 0, -0.5],
    fx: 1,
    fy: 512 / 384,
    cx: 0.5,
    cy: 0.5,
    size: { width: 512, height: 384 },
  })
})

test('writing and reading again changes nothing', () => {
  fc.assert(
    fc.property(anyPath, (path) => {
      const again = readTrajectoryJson(writeTrajectoryJson(path))
      expectSamePath(again.cameras, path, 1e-12)
    }),
  )
})

test.each([
  ['', 'expected JSON'],
  ['[]', 'trajectory: expected an object'],
  ['{"cameras":[]}', 'resolution: expected [frames, height, width]'],
  ['{"cameras":[],"resolution":[1,2,3]}', '1 to 4096'],
  [
    '{"cameras":[{"position":[0,0,0],"quaternion":[1,0,0,0],"fx":9,"fy":9,"cx":9,"cy":9}],"resolution":[1,2.5,3]}',
    'whole pixels',
  ],
])('%s is refused', (text, message) => {
  expect(() => readTrajectoryJson(text)).toThrow(message)
})
