import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Camera } from '@flashworld/camera'
import { writeColmapText, writeGltf, writeInria, writeTrajectoryJson } from '@flashworld/camera'
import { allocateGaussians, writeSplat, writeSpz } from '@flashworld/splats'
import { expect, test } from 'vitest'
import { runCommand } from '../../test/run-command.ts'
import { savePly, stairs, temporaryFolder } from '../../test/scenes.ts'
import { infoCommand } from './info.ts'

const info = async (path: string) =>
  JSON.parse(await runCommand(infoCommand, path, '--json')) as Record<string, unknown>

const size = { width: 96, height: 64 }
const cameras: Camera[] = [0, 1, 2].map((x) => ({
  rotation: [1, 0, 0, 0],
  position: [x, 0, 0],
  fx: 1,
  fy: 1.5,
  cx: 0.5,
  cy: 0.5,
  size,
}))

test('a scene: what it holds, in numbers', async () => {
  const folder = await temporaryFolder()
  const path = await savePly(stairs(4), folder)
  expect(await info(path)).toMatchObject({
    kind: 'scene',
    format: 'ply',
    version: 'binary_little_endian 1.0',
    count: 4,
    invalid: 0,
    shDegree: 2,
    axes: 'RDF',
    bounds: {
      min: [0.25, expect.closeTo(-0.479, 3), -2],
      max: [1, expect.closeTo(0.474, 3), -1.25],
    },
    opacity: {
      min: expect.closeTo(0.25, 5),
      median: expect.closeTo(0.75, 5),
      max: expect.closeTo(1, 5),
    },
    scale: {
      min: expect.closeTo(0.01, 5),
      median: expect.closeTo(0.05, 5),
      max: expect.closeTo(0.12, 5),
    },
  })
})

test('formats and their versions', async () => {
  const folder = await temporaryFolder()
  const cloud = stairs(4, 1)
  const save = async (name: string, content: AsyncIterable<Uint8Array>) => {
    await writeFile(join(folder, name), content)
    return info(join(folder, name))
  }
  expect(await save('a.spz', writeSpz(cloud))).toMatchObject({
    format: 'spz',
    version: '3',
    shDegree: 1,
    axes: 'RUB',
  })
  expect(await save('b.spz', writeSpz(cloud, { version: 4, axes: 'LUF' }))).toMatchObject({
    version: '4',
    axes: 'LUF',
  })
  expect(await save('c.splat', writeSplat(cloud))).toMatchObject({
    format: 'splat',
    version: null,
    shDegree: 0,
  })
  const empty = await save('d.splat', writeSplat(allocateGaussians(0, 0)))
  expect(empty).toMatchObject({ count: 0, bytes: 0, bounds: null, opacity: null })
})

test('camera paths: their kind and number', async () => {
  const folder = await temporaryFolder()
  const save = async (name: string, text: string) => {
    await writeFile(join(folder, name), text)
    return info(join(folder, name))
  }
  expect(await save('a.json', writeTrajectoryJson(cameras))).toMatchObject({
    kind: 'trajectory',
    cameras: 3,
    size,
  })
  expect(await save('b.json', writeInria(cameras))).toMatchObject({
    kind: '3DGS cameras.json',
    cameras: 3,
    size,
  })
  expect(await save('c.gltf', writeGltf(cameras))).toMatchObject({
    kind: 'glTF camera',
    cameras: 3,
    size,
  })
  const model = writeColmapText(cameras)
  await mkdir(join(folder, 'model'))
  await save('model/cameras.txt', model.cameras).catch(() => {})
  await writeFile(join(folder, 'model/images.txt'), model.images)
  expect(await info(join(folder, 'model'))).toMatchObject({
    kind: 'COLMAP model',
    cameras: 3,
    size,
  })
})

test('in words', async () => {
  const folder = await temporaryFolder()
  const said = await runCommand(infoCommand, await savePly(stairs(4), folder))
  expect(said).toContain('Gaussians  4\n')
  expect(said).toContain('opacity    0.25 to 1, median 0.75')
  expect(said).toContain('bounds     (0.25, -0.4795, -2) to (1, 0.4745, -1.25)')
  await writeFile(join(folder, 'path.json'), writeTrajectoryJson(cameras))
  expect(await runCommand(infoCommand, join(folder, 'path.json'))).toContain(
    'trajectory, 3 cameras, pictures of 96 x 64',
  )
})

test('one file, and one that is there', async () => {
  await expect(runCommand(infoCommand)).rejects.toThrow('one file')
  await expect(runCommand(infoCommand, 'a.ply', 'b.ply')).rejects.toThrow('one file')
  await expect(runCommand(infoCommand, 'none.ply')).rejects.toMatchObject({
    code: 'input/unreadable',
  })
  await expect(runCommand(infoCommand, 'none.json')).rejects.toMatchObject({
    code: 'input/unreadable',
  })
})
