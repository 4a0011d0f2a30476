import { readdirSync, readFileSync, statSync } from 'node:fs'
import { expect, test } from 'vitest'
import { lensFromFov } from '../lens.ts'
import { readTrajectory } from './read-trajectory.ts'
import { filesInMemory } from './trajectory-files.ts'
import type { ReadTrajectoryOptions } from './trajectory.ts'

/** Files that people have, small ones made after public reports. */
const cases = new URL('../../test/cases/', import.meta.url)

function open(name: string, options?: ReadTrajectoryOptions) {
  const url = new URL(name, cases)
  const names = statSync(url).isDirectory() ? readdirSync(url) : undefined
  const files = names
    ? names.map((file) => [file, readFileSync(new URL(`${name}/${file}`, cases))] as const)
    : [[name, readFileSync(url)] as const]
  return readTrajectory(filesInMemory(Object.fromEntries(files)), options)
}

test('pixels belong to the resolution of their file', async () => {
  const { cameras, notes } = await open('demo_trajectory_lowres.json')
  const size = { width: 512, height: 384 }
  expect(cameras[1]).toMatchObject({ position: [0, 0, -0.5], fx: 1, fy: 512 / 384, size })
  expect(notes).toEqual([])
})

test('normalised intrinsics are read as such, with a note', async () => {
  const { cameras, notes } = await open('rq-norm.json')
  expect(cameras[0]).toMatchObject({ fx: 0.83, fy: 1.25, size: { width: 192, height: 128 } })
  expect(notes).toEqual([expect.stringContaining('not pixels')])
})

test('the published page saves poses without intrinsics', async () => {
  const lens = lensFromFov({ width: 192, height: 128 }, 50)
  const { cameras, notes } = await open('trajectory_webui.json', { lens })
  expect(cameras).toEqual([
    { rotation: [1, 0, 0, 0], position: [0, 0, 0], ...lens },
    { rotation: [1, 0, 0, 0], position: [0, 0, -1], ...lens },
  ])
  expect(notes).toEqual([expect.stringContaining('50 degrees')])
})

test("nerfstudio's transforms.json", async () => {
  const { kind, cameras } = await open('transforms.json')
  expect(kind).toBe('nerfstudio transforms.json')
  const size = { width: 320, height: 224 }
  const lens = { fx: 300 / 320, fy: 300 / 224, cx: 0.5, cy: 0.5, size }
  expect(cameras).toEqual(
    [0, 1].map(() => ({ rotation: [1, 0, 0, 0], position: [0, 0, 0], ...lens })),
  )
})

test('a turn of ten keys beside a movement of two has ten', async () => {
  const { cameras, times } = await open('turn2.gltf')
  expect(cameras).toHaveLength(10)
  expect(times!.at(-1)).toBe(0.375)
  // a quarter turn about y, evenly
  cameras.forEach(({ rotation: [w, , y] }, i) => {
    expect((2 * Math.atan2(Math.abs(y), w) * 180) / Math.PI).toBeCloseTo((90 * i) / 9, 4)
  })
})

test('times are kept', async () => {
  const { cameras, times } = await open('uneven.gltf')
  expect(times).toEqual([0, 1, 10])
  expect(cameras.map(({ position }) => position[0])).toEqual([0, -0.5, -1])
})

test("without aspectRatio the viewport's", async () => {
  const size = { width: 300, height: 100 }
  const { cameras } = await open('noaspect.gltf', { lens: lensFromFov(size) })
  const fy = 0.5 / Math.tan(0.4)
  expect(cameras[0]).toMatchObject({ fy, fx: fy / 3, size })
})

test('nodes inherit', async () => {
  const { cameras } = await open('parent.gltf')
  expect(cameras).toHaveLength(2)
  expect(cameras[1]!.position[2]).toBe(-1)
  expect(cameras[1]!.size).toEqual({ width: 720, height: 480 })
})

test.each(['inria-mixed.json', 'colmap-mixed'])(
  '%s: every camera keeps its size and shape',
  async (name) => {
    const { cameras } = await open(name)
    expect(cameras.map(({ size }) => size)).toEqual([
      { width: 320, height: 224 },
      { width: 224, height: 320 },
    ])
    // square pixels in both
    for (const { fx, fy, size } of cameras)
      expect(fx * size.width).toBeCloseTo(fy * size.height, 10)
  },
)

test.each([
  ['colmap-sr', 2, 300],
  ['colmap-unused', 2, 280],
  ['colmap-one', 1, 280],
])('%s is no obstacle', async (name, count, fy) => {
  const { kind, cameras } = await open(name)
  expect(kind).toBe('COLMAP model')
  expect(cameras).toHaveLength(count)
  expect(cameras[0]).toMatchObject({ fx: 300 / 320, fy: fy / 224 })
})
