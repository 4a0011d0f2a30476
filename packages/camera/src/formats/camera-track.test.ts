import { loadCameraTrack } from '@playcanvas/splat-transform'
import { rotateVec, quatToMat3 } from '@flashworld/math'
import { expect, test } from 'vitest'
import { lensFromFov } from '../lens.ts'
import { templatePath } from '../templates.ts'
import { readCameraTrack, timesAreEven, writeCameraTrack } from './camera-track.ts'

const size = { width: 704, height: 480 }
const lens = lensFromFov(size)
const key = { position: [0, 0, 0], target: [0, 0, -1], fov: 60 }
const settings = (more: object) => ({
  animTracks: [
    {
      frameRate: 10,
      keyframes: {
        times: [0, 30],
        values: { position: [0, 0, 0, 1, 0, 0], target: [0, 0, -1, 1, 0, -1], fov: [60, 40] },
      },
      ...more,
    },
  ],
})

test('a list of frames: targets become rotations in our world, half a turn about y away', () => {
  const { cameras, times } = readCameraTrack({
    frames: [key, { ...key, position: [1, 2, 3], target: [1, 2, 4] }],
  })
  expect(times).toEqual([0, 1 / 30])
  expect(rotateVec(quatToMat3(cameras[0]!.rotation), [0, 0, -1])[2]).toBeCloseTo(1, 12)
  expect(cameras[1]!.position).toEqual([-1, 2, -3])
  expect(cameras[1]!.rotation.map(Math.abs)).toEqual([1, 0, 0, 0])
  expect(cameras[0]!.fy).toBeCloseTo(0.5 / Math.tan(Math.PI / 6), 12)
  expect(cameras[0]!.fx * 704).toBeCloseTo(cameras[0]!.fy * 480, 10)
})

test("vectors by name, a tilted camera, the reader's field of view", () => {
  const frames = [{ position: { x: 0, y: 0, z: 0 }, target: { x: 0, y: 0, z: 1 }, up: [1, 0, 0] }]
  const [camera] = readCameraTrack({ frameRate: 5, frames }, { lens }).cameras
  // the track's x is our -x
  const up = rotateVec(quatToMat3(camera!.rotation), [0, 1, 0])
  expect(up.map((v) => Math.round(v))).toEqual([-1, 0, 0])
  expect(camera).toMatchObject({ fx: lens.fx, fy: lens.fy })
})

test("a viewer's settings", () => {
  const { cameras, times, notes } = readCameraTrack(settings({}))
  expect(times).toEqual([0, 3])
  expect(cameras[1]!.position).toEqual([-1, 0, -0])
  expect(cameras[1]!.fy).toBeCloseTo(0.5 / Math.tan((20 * Math.PI) / 180), 12)
  expect(notes).toEqual([expect.stringContaining('curve')])
  expect(readCameraTrack(settings({ interpolation: 'step' })).notes).toEqual([
    expect.stringContaining('jumps'),
  ])
})

test("an editor's project", () => {
  const poses = [
    { ...key, frame: 20 },
    { ...key, position: [1, 0, 0], frame: 5 },
  ]
  const project = { timeline: { frameRate: 10 }, camera: { fov: 50 }, poseSets: [{ poses }] }
  const { cameras, times } = readCameraTrack(project)
  expect(times).toEqual([0.5, 2])
  expect(cameras[0]!.position[0]).toBe(-1)
})

test('splat-transform reads what is written', () => {
  const path = templatePath('spiral,pan-left', { count: 6, size })
  const track = loadCameraTrack(JSON.parse(writeCameraTrack(path, [0, 2, 4, 6, 8, 10])), 33)
  expect(track.frameRate).toBe(0.5)
  expect(track.frameCount).toBe(6)
  path.forEach((camera, i) => {
    const { position, fov } = track.poseAt(i)
    expect(position.x).toBeCloseTo(-camera.position[0], 10)
    expect(position.y).toBeCloseTo(camera.position[1], 10)
    expect(position.z).toBeCloseTo(-camera.position[2], 10)
    expect(fov).toBeCloseTo((360 / Math.PI) * Math.atan(0.5 / camera.fy), 10)
  })
})

test('uneven times are resampled', () => {
  const path = templatePath('dolly-forward:2', { count: 3, size })
  const times = [0, 1, 10]
  expect(timesAreEven(times)).toBe(false)
  const { frameRate, frames } = JSON.parse(writeCameraTrack(path, times)) as {
    frameRate: number
    frames: { position: number[] }[]
  }
  expect(frameRate).toBeCloseTo(30, 6)
  expect(frames).toHaveLength(301)
  expect(frames[30]!.position[2]).toBeCloseTo(1, 10)
})

test.each([
  ['no frames', { frames: [] }, '1 to 4096'],
  ['a target at the camera', { frames: [{ ...key, target: [0, 0, 0] }] }, 'away from the camera'],
  ['a look straight up', { frames: [{ ...key, target: [0, 1, 0] }] }, 'straight up'],
  ['no target', { frames: [{ position: [0, 0, 0] }] }, 'target'],
  ['no speed', { frameRate: 0, frames: [key] }, 'frameRate'],
  ['a field of view of 180', { frames: [{ ...key, fov: 180 }] }, 'fx'],
  [
    'cut-off keys',
    settings({ keyframes: { times: [0, 1], values: { position: [0] } } }),
    'position',
  ],
])('%s is refused', (_, value, message) => {
  expect(() => readCameraTrack(value)).toThrow(message)
})
