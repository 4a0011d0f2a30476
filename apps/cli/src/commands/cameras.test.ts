import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { hearCommand } from '../../test/run-command.ts'
import { temporaryFolder } from '../../test/scenes.ts'
import { readTrajectoryFile } from '../read-trajectory-file.ts'
import { camerasCommand } from './cameras.ts'

const convert = (...args: string[]) => hearCommand(camerasCommand, 'convert', ...args)
const cases = 'packages/camera/test/cases'

test.each([
  'cameras.json',
  'transforms.json',
  'a.track.json',
  'a.json',
  'a.gltf',
  'a.glb',
  'a.txt',
  'model',
])('to %s', async (name) => {
  const out = join(await temporaryFolder(), name)
  expect((await convert(join(cases, 'colmap-sr'), out)).out).toContain(`wrote ${out}: `)
  const [want, got] = await Promise.all(
    [join(cases, 'colmap-sr'), out].map((p) => readTrajectoryFile(p)),
  )
  expect(got!.cameras.map(({ position }) => position.map((v) => Math.round(v) + 0))).toEqual(
    want!.cameras.map(({ position }) => position.map((v) => Math.round(v) + 0)),
  )
})

test('what a format cannot say is said', async () => {
  const folder = await temporaryFolder()
  const out = join(folder, 'model')
  const { err: said } = await convert(join(cases, 'uneven.gltf'), out)
  expect(said).toContain('has no times')
  expect((await readdir(out)).sort()).toEqual(['cameras.txt', 'images.txt', 'points3D.txt'])
  const track = join(folder, 'a.track.json')
  expect((await convert(join(cases, 'uneven.gltf'), track)).err).toContain('30 frames a second')
})

test('--size shows the middle, --fov gives poses a lens, --format is stronger than the name', async () => {
  const out = join(await temporaryFolder(), 'a.json')
  await convert(join(cases, 'trajectory_webui.json'), out, '--size', '100x50', '--fov', '90')
  const { cameras } = await readTrajectoryFile(out)
  expect(cameras[0]).toMatchObject({ size: { width: 100, height: 50 }, cx: 0.5 })
  expect(cameras[0]!.fx).toBeCloseTo(0.5, 10)
  await convert(join(cases, 'transforms.json'), out, '--size', '160x160', '--force')
  expect((await readTrajectoryFile(out)).cameras[0]!.fx).toBeCloseTo(300 / 224, 10)
  await convert(join(cases, 'transforms.json'), out, '--format', 'nerfstudio', '--force')
  expect(JSON.parse(await readFile(out, 'utf8'))).toHaveProperty('frames')
})

test('nothing is written over without --force', async () => {
  const out = join(await temporaryFolder(), 'a.json')
  await writeFile(out, 'mine')
  await expect(convert(join(cases, 'uneven.gltf'), out)).rejects.toMatchObject({
    code: 'output/exists',
  })
  expect(await readFile(out, 'utf8')).toBe('mine')
})

test.each([
  [[], 'convert IN OUT'],
  [['a.json'], 'convert IN OUT'],
  [['a.json', 'b.json', 'c.json'], 'convert IN OUT'],
  [['a.json', 'b.csv'], 'expected a name in'],
  [['a.json', 'b.json', '--format', 'x'], '--format'],
  [['a.json', 'b.json', '--fov', '0'], '--fov'],
  [['a.json', 'b.json', '--size', 'large'], '--size'],
  [['none.json', 'b.json'], 'cannot read'],
])('refuses %j', async (args, message) => {
  const folder = await temporaryFolder()
  await expect(
    convert(...args.map((arg) => (/\.(json|csv)$/.test(arg) ? join(folder, arg) : arg))),
  ).rejects.toThrow(message)
  expect(await readdir(folder)).toEqual([])
})

test('another word than convert is refused', async () => {
  await expect(hearCommand(camerasCommand, 'turn', 'a', 'b')).rejects.toThrow('convert IN OUT')
})
