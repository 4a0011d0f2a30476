import { expect, test } from 'vitest'
import { lensFromFov } from '../lens.ts'
import { readTrajectoryJson, writeTrajectoryJson } from './trajectory-json.ts'

const lens = { fx: 512, fy: 512, cx: 256, cy: 192 }
const pose = { position: [0, 0, -0.5], quaternion: [1, 0, 0, 0] }

test.each([
  ['in the published shape', { cameras: [{ ...pose, ...lens }], resolution: [8, 384, 512] }],
  ['as a bare list', [{ ...pose, ...lens, width: 512, height: 384 }]],
])('a trajectory %s', (_, value) => {
  expect(readTrajectoryJson(value)).toEqual({
    kind: 'trajectory',
    notes: [],
    cameras: [
      {
        rotation: [1, 0, 0, 0],
        position: [0, 0, -0.5],
        fx: 1,
        fy: 512 / 384,
        cx: 0.5,
        cy: 0.5,
        size: { width: 512, height: 384 },
      },
    ],
  })
})

test("poses alone get the lens of the options, else 60 degrees of the file's own resolution", () => {
  const lens = lensFromFov({ width: 30, height: 20 }, 75)
  const asked = readTrajectoryJson({ cameras: [pose] }, { lens })
  expect(asked.cameras[0]).toMatchObject(lens)
  expect(asked.notes).toEqual([expect.stringContaining('75 degrees')])
  const own = readTrajectoryJson({ cameras: [pose], resolution: [2, 32, 64] })
  expect(own.cameras[0]).toMatchObject(lensFromFov({ width: 64, height: 32 }))
  expect(readTrajectoryJson([pose]).cameras[0]!.size).toEqual({ width: 704, height: 480 })
})

test('a photograph tells the pixels, as in the published code', () => {
  const photograph = { width: 1024, height: 768 }
  const value = { cameras: [{ ...pose, ...lens }], resolution: [8, 384, 512] }
  const [camera] = readTrajectoryJson(value, { photograph }).cameras
  expect(camera).toMatchObject({ fx: 0.5, size: photograph })
})

test('times stay', () => {
  const cameras = [{ ...pose, ...lens }, pose].map((json) => ({ ...json, ...lens }))
  const { cameras: path, times } = readTrajectoryJson({ cameras, times: [1, 2.5] })
  expect(times).toEqual([1, 2.5])
  expect(readTrajectoryJson(JSON.parse(writeTrajectoryJson(path, times))).times).toEqual(times)
})

const camera = { ...pose, ...lens }
test.each([
  [7, 'trajectory: expected an object'],
  [{ cameras: [] }, '1 to 4096'],
  [{ cameras: [camera], resolution: [1, 2.5, 3] }, 'whole pixels'],
  [{ cameras: [camera], resolution: 'large' }, 'resolution: expected [frames, height, width]'],
  [{ cameras: [camera, pose] }, 'cameras[1].fx: expected a number'],
  [{ cameras: [{ ...pose, quaternion: [0, 0, 0, 0] }] }, 'cameras[0].quaternion'],
  [{ cameras: [camera], times: [1, 2] }, 'times: expected 1 that rise'],
  [{ cameras: [camera, camera], times: [2, 2] }, 'times: expected 2 that rise'],
])('%j is refused', (value, message) => {
  expect(() => readTrajectoryJson(value)).toThrow(message)
})
