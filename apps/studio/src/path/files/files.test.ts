import { filesInMemory, TRAJECTORY_FORMATS } from '@flashworld/camera'
import { angleBetweenQuats, anglesOfQuat, distanceVec, quatOfAngles } from '@flashworld/math'
import fc from 'fast-check'
import { parseRequest } from 'flashworld'
import { describe, expect, test } from 'vitest'
import { levelView, pathOf, view } from '../../../test/arbitrary-path.ts'
import type { Project } from '../../project/project.ts'
import { emptyProject } from '../../project/project.ts'
import { pathThrough } from '../edits.ts'
import { framesOf } from '../frames.ts'
import { writePath } from './export-path.ts'
import type { PathFormat } from './formats.ts'
import { PATH_FORMATS } from './formats.ts'
import { importPath } from './import-path.ts'

const size = { width: 192, height: 128 }
const project = (change: Partial<Project> = {}): Project => ({
  ...emptyProject,
  sentence: 'a red house',
  path: pathThrough([view([0, 0, 0]), view([0.3, 0.1, -0.2], 20, 5), view([0.6, 0, 0], 40)]),
  ...change,
})
const read = (files: Readonly<Record<string, string | Uint8Array>>, fovDegrees?: number) =>
  importPath(filesInMemory(files), { size, ...(fovDegrees !== undefined && { fovDegrees }) })
const written = (of: Project, format: PathFormat) =>
  Object.fromEntries(
    writePath(of, format, { name: 'walk' }).files.map(({ name, content }) => [name, content]),
  )

test.each(PATH_FORMATS)('%s comes back as the same frames', async (format) => {
  const files = written(project(), format)
  const { path } = await read(files, 60)
  const [got, want] = [path.keys, framesOf(project().path, 12, size)]
  expect(got).toHaveLength(12)
  got.forEach(({ position, rotation, fovDegrees }, i) => {
    expect(distanceVec(position, want[i]!.position)).toBeLessThan(1e-4)
    expect(angleBetweenQuats(rotation, want[i]!.rotation)).toBeLessThan(1e-2)
    expect(fovDegrees).toBeCloseTo(60, 2)
  })
})

test('what is read and written again says the same of any path', async () => {
  await fc.assert(
    fc.asyncProperty(pathOf(levelView), async (path) => {
      const { path: first } = await read(written(project({ path }), 'trajectory'))
      const { path: second } = await read(written(project({ path: first }), 'trajectory'))
      second.keys.forEach((key, i) => {
        expect(distanceVec(key.position, first.keys[i]!.position)).toBeLessThan(1e-6)
        expect(angleBetweenQuats(key.rotation, first.keys[i]!.rotation)).toBeLessThan(1e-3)
      })
    }),
    { numRuns: 20 },
  )
})

test('every format of the library is there', () => {
  const names = TRAJECTORY_FORMATS.map(({ name }) => name)
  expect(PATH_FORMATS.filter((name) => !name.startsWith('published')).toSorted()).toEqual(
    names.toSorted(),
  )
})

test('files are called so that their format is known by the name', () => {
  expect(Object.keys(written(project(), '3dgs'))).toEqual(['walk.cameras.json'])
  expect(Object.keys(written(project(), 'glb'))).toEqual(['walk.glb'])
  expect(Object.keys(written(project(), 'colmap')).sort()).toEqual([
    'cameras.txt',
    'images.txt',
    'points3D.txt',
  ])
})

describe("the published page's files", () => {
  test('poses alone have no lens, and are seen by the one at hand', async () => {
    const text = Object.values(written(project(), 'published-poses'))[0] as string
    const [first] = (JSON.parse(text) as { cameras: object[] }).cameras
    expect(Object.keys(first!)).toEqual(['position', 'quaternion'])
    const { path, notes } = await read({ 'trajectory_1.json': text }, 50)
    expect(path.keys[0]!.fovDegrees).toBeCloseTo(50, 9)
    expect(notes).toEqual([{ kind: 'file', words: expect.stringContaining('50 degrees') }])
  })

  test('a whole scene is a request by its names, with its own frame of the photograph', () => {
    const photograph = {
      name: 'a.png',
      file: new Blob(),
      size,
      crop: { left: 0, top: 0, width: 1, height: 1 },
      frame: 7,
    }
    const { files } = writePath(project({ photograph }), 'published-scene', {
      name: 'scene',
      photograph: 'data:image/png;base64,AAAA',
    })
    const json = JSON.parse(files[0]!.content as string) as Record<string, unknown>
    expect(Object.keys(json)).toEqual([
      'image_prompt',
      'text_prompt',
      'image_index',
      'resolution',
      'cameras',
    ])
    expect(json).toMatchObject({
      image_prompt: 'data:image/png;base64,AAAA',
      text_prompt: 'a red house',
      image_index: 7,
      resolution: [12, 128, 192],
    })
    expect(parseRequest(json)).toMatchObject({ prompt: 'a red house', imageIndex: 7 })
    // pixels are square, and belong to the resolution
    const [camera] = json.cameras as { fx: number; fy: number; cx: number }[]
    expect(camera!.fx).toBeCloseTo(camera!.fy, 9)
    expect(camera!.cx).toBe(96)
    const bare = writePath(project(), 'published-scene', { name: 'scene' })
    expect(JSON.parse(bare.files[0]!.content as string)).toMatchObject({
      image_prompt: null,
      image_index: 0,
    })
  })
})

describe('where the first camera stands', () => {
  const poses = (...views: ReturnType<typeof view>[]) => ({
    'a.json': JSON.stringify({
      cameras: views.map(({ position, rotation }) => ({ position, quaternion: rotation })),
    }),
  })

  test('upright, it is at the origin and keeps its pitch', async () => {
    const { path } = await read(poses(view([5, 2, 1], 90, -12), view([4, 2, 1], 90, -12)))
    expect(path.keys[0]!.position).toEqual([0, 0, 0])
    const { yaw, pitch, roll } = anglesOfQuat(path.keys[0]!.rotation)
    expect([yaw, pitch, roll]).toEqual([0, -12, 0].map((value) => expect.closeTo(value, 6)))
    // it moved ahead, and still does
    expect(distanceVec(path.keys[1]!.position, [0, 0, -1])).toBeLessThan(1e-9)
  })

  test('tipped, it becomes the identity, as on the published page', async () => {
    const rotation = quatOfAngles({ yaw: 10, pitch: 20, roll: 100 })
    const tipped = { ...view([1, 1, 1]), rotation }
    const { path } = await read(poses(tipped, { ...tipped, position: [1, 1, 2] }))
    expect(angleBetweenQuats(path.keys[0]!.rotation, [1, 0, 0, 0])).toBeLessThan(1e-6)
  })

  test('a path in metres or millimetres is brought into the view, and says so', async () => {
    const { path, notes } = await read(poses(view([0, 0, 0]), view([0, 0, -500])))
    expect(path.keys[1]!.position[2]).toBeCloseTo(-1, 9)
    expect(notes).toContainEqual({ kind: 'scaled', times: expect.closeTo(0.002, 9) })
    const near = await read(poses(view([0, 0, 0]), view([0, 0, -2])))
    expect(near.path.keys[1]!.position[2]).toBeCloseTo(-2, 9)
  })
})

test('uneven times become even ones, and are said', async () => {
  const text = JSON.parse(
    Object.values(
      written(project({ path: pathThrough([view([0, 0, 0]), view([0.9, 0, 0])]) }), 'trajectory'),
    )[0] as string,
  ) as { cameras: unknown[]; resolution: number[] }
  const some = [text.cameras[0], text.cameras[1], text.cameras[11]]
  const file = { resolution: [3, 128, 192], times: [0, 1, 2.2], cameras: some }
  const { path, notes } = await read({ 'a.json': JSON.stringify(file) })
  expect(notes).toContainEqual({ kind: 'timed' })
  // at half its time, 1.1 s, the camera is a twelfth of the way from the second to the third
  expect(path.keys[1]!.position[0]).toBeCloseTo(0.9 / 11 + (0.9 * 10) / 11 / 12, 6)
})
