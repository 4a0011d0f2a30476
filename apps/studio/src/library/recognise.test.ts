import { readFile } from 'node:fs/promises'
import { allocateGaussians, writeGlb, writePly, writeSplat, writeSpz } from '@flashworld/splats'
import { writeGltfBinary, writeInria, lensFromFov, camerasToJson } from '@flashworld/camera'
import {
  addVec,
  angleBetweenQuats,
  axisAngleQuat,
  distanceVec,
  multiplyQuat,
  rotateByQuat,
} from '@flashworld/math'
import { expect, test } from 'vitest'
import { framesOf, viewOfCamera } from '../path/frames.ts'
import { emptyProject } from '../project/project.ts'
import { writeProject } from '../project/project-file.ts'
import { pathOfViews, projectOfRequest } from './project-of-request.ts'
import { recognise } from './recognise.ts'

const file = (name: string, ...parts: BlobPart[]) => {
  const made = new File(parts, name)
  return { path: name, file: made }
}
const kindOf = async (...dropped: Parameters<typeof recognise>[0]) =>
  (await recognise(dropped)).kind

const cloud = allocateGaussians(2, 0)
cloud.rotations.set([1, 0, 0, 0, 1, 0, 0, 0])
cloud.scales.fill(1)
const bytesOf = async (parts: AsyncIterable<Uint8Array>) =>
  (await Array.fromAsync(parts)) as Uint8Array<ArrayBuffer>[]

const size = { width: 704, height: 480 }
const cameras = [0, 1, 2].map((x) => ({
  position: [x, 0, 0] as const,
  rotation: [1, 0, 0, 0] as const,
  ...lensFromFov(size, 50),
}))

test('worlds are known by their content, whatever they are called', async () => {
  expect(await kindOf(file('a.bin', ...(await bytesOf(writePly(cloud)))))).toBe('splats')
  expect(await kindOf(file('a', ...(await bytesOf(writeSpz(cloud)))))).toBe('splats')
  expect(await kindOf(file('a.splat', ...(await bytesOf(writeSplat(cloud)))))).toBe('splats')
  expect(await kindOf(file('a.glb', ...(await bytesOf(writeGlb(cloud)))))).toBe('splats')
  expect(await kindOf(file('a.sog', 'PK'))).toBe('splats')
  expect(await kindOf(file('a.KSPLAT', '\0\x01'))).toBe('splats')
})

test('paths are known by their content, a GLB with a camera and a folder of COLMAP among them', async () => {
  expect(await kindOf(file('a.glb', writeGltfBinary(cameras)))).toBe('path')
  expect(await kindOf(file('cameras.json', writeInria(cameras)))).toBe('path')
  const poses = { cameras: cameras.map((c) => ({ position: c.position, quaternion: c.rotation })) }
  const read = await recognise([file('trajectory_1.json', JSON.stringify(poses))])
  expect(read).toMatchObject({ kind: 'path', name: 'trajectory_1.json' })
  // a request that asks for nothing is but its cameras
  const asksNothing = JSON.stringify({ text_prompt: '', image_prompt: '', ...poses })
  expect(await kindOf(file('trajectory_2.json', asksNothing))).toBe('path')
  const folder = await recognise([
    { ...file('cameras.txt', '1 PINHOLE 704 480 500 500 352 240\n'), path: 'room/cameras.txt' },
    {
      ...file('images.txt', '1 1 0 0 0 0 0 0 1 a.png\n\n2 1 0 0 0 1 0 0 1 b.png\n\n'),
      path: 'room/images.txt',
    },
    { ...file('points3D.txt', ''), path: 'room/points3D.txt' },
  ])
  expect(folder).toMatchObject({ kind: 'path', name: 'room', trajectory: { kind: 'COLMAP model' } })
})

test('photographs, requests, records and projects say what they are', async () => {
  const png = await readFile('assets/examples/photograph.png')
  expect(await kindOf(file('a.txt', png))).toBe('photograph')
  const request = await readFile('assets/examples/tower.json')
  expect(await kindOf(file('a.json', request))).toBe('request')
  expect(await kindOf(file('a.json', JSON.stringify({ prompt: 'a house' })))).toBe('request')
  const record = { format: 'flashworld-scene', version: 1, cameras: [], resolution: [] }
  expect(await kindOf(file('a.scene.json', JSON.stringify(record)))).toBe('record')
  expect(await kindOf(file('a.json', await writeProject(emptyProject)))).toBe('project')
})

test.each([
  ['nothing', ''],
  ['other text', 'hello'],
  ['other JSON', '{"a":1}'],
  ['other bytes', '\0\0\0\0'],
])('%s is refused in words', async (_, text) => {
  await expect(recognise([file('a.txt', text)])).rejects.toThrow(/expected/)
})

const reading = {
  base: emptyProject,
  defaults: { path: 'orbit-left', lookDown: 12 },
  sizeOf: async () => ({ width: 1408, height: 480 }),
}

test('a published request loads whole: photograph, frame, cameras through its crop', async () => {
  const wide = { width: 1408, height: 480 }
  const seen = cameras.map((camera) => ({ ...camera, ...lensFromFov(wide, 80) }))
  const image = `data:image/png;base64,${(await readFile('assets/examples/photograph.png')).toString('base64')}`
  const project = await projectOfRequest(
    {
      text_prompt: 'a street',
      image_prompt: image,
      image_index: 2,
      resolution: [3, 480, 704],
      cameras: camerasToJson(seen).map((camera) => ({
        ...camera,
        width: undefined,
        height: undefined,
      })),
    },
    reading,
  )
  expect(project.sentence).toBe('a street')
  expect(project.scene).toMatchObject({ frames: 3, width: 704, height: 480, seed: null })
  expect(project.photograph).toMatchObject({ frame: 2, crop: { left: 0.25, width: 0.5 } })
  expect(project.photograph!.file.type).toBe('image/png')
  // half of the photograph's width is left: its focal length in pixels stays
  const frames = framesOf(project.path, 3, size)
  expect(frames.map(({ position }) => position)).toEqual(cameras.map(({ position }) => position))
  expect(frames[0]!.fx * 704).toBeCloseTo(lensFromFov(wide, 80).fx * 1408, 6)
})

test('cameras come back out of a path as they went in', () => {
  const frames = framesOf(pathOfViews(cameras.map(viewOfCamera)), 3, size)
  frames.forEach(({ position, rotation, fx, fy }, i) => {
    expect(position).toEqual(cameras[i]!.position)
    expect(rotation).toEqual(cameras[i]!.rotation)
    expect([fx, fy]).toEqual([
      expect.closeTo(cameras[i]!.fx, 10),
      expect.closeTo(cameras[i]!.fy, 10),
    ])
  })
})

test('between two cameras a request goes straight, as the model takes them', () => {
  const rotation = [1, 0, 0, 0] as const
  const bent = (
    [
      [0, 0, 0],
      [1, 0, 0],
      [1, 0, -1],
    ] as const
  ).map((position) => ({ position, rotation, fovDegrees: 60 }))
  const [, first, , second] = framesOf(pathOfViews(bent), 5, size)
  expect(first!.position).toEqual([0.5, 0, 0])
  expect(second!.position).toEqual([1, 0, -0.5])
})

test('a published scene of another origin begins at ours, its cameras as they stood to each other', async () => {
  const away = { move: [40, 2, -7], turn: axisAngleQuat([0, 1, 0], 130) } as const
  const elsewhere = cameras.map((camera) => ({
    ...camera,
    position: addVec(rotateByQuat(away.turn, camera.position), away.move),
    rotation: multiplyQuat(away.turn, camera.rotation),
  }))
  const project = await projectOfRequest(
    { text_prompt: 'a street', resolution: [3, 480, 704], cameras: camerasToJson(elsewhere) },
    reading,
  )
  const [first] = framesOf(project.path, 3, size)
  expect(first!.position).toEqual([0, 0, 0])
  framesOf(project.path, 3, size).forEach(({ position, rotation }, i) => {
    expect(distanceVec(position, cameras[i]!.position)).toBeLessThan(1e-9)
    expect(angleBetweenQuats(rotation, cameras[i]!.rotation)).toBeLessThan(1e-4)
  })
})

test('a request without cameras goes by its template, or the server’s', async () => {
  const made = await projectOfRequest(
    { prompt: 'a house', path: 'dolly-forward:0.5', seed: 4 },
    reading,
  )
  expect(made.path.keys).toHaveLength(12)
  expect(made.path.keys.at(-1)!.position[2]).toBeLessThan(-0.3)
  expect(made.scene.seed).toBe(4)
  const usual = await projectOfRequest({ prompt: 'a house' }, reading)
  expect(usual.path.keys.at(-1)!.position[0]).not.toBe(0)
})

test.each(['tower', 'sentence', 'photograph', 'snowman', 'desert'])(
  'the example %s loads',
  async (name) => {
    const request = JSON.parse(await readFile(`assets/examples/${name}.json`, 'utf8'))
    const image =
      request.image_prompt && (await readFile(`assets/examples/${request.image_prompt}`))
    const project = await projectOfRequest(
      { ...request, image_prompt: image && image.toString('base64') },
      { ...reading, sizeOf: async () => ({ width: 192, height: 128 }) },
    )
    expect(project.path.keys).toHaveLength(request.cameras.length)
    expect(project.scene.frames).toBe(12)
    expect(project.photograph === null).toBe(request.image_prompt === null)
  },
)
