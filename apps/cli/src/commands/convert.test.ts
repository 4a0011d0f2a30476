import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Gaussians } from '@flashworld/splats'
import { readGaussians } from '@flashworld/splats'
import { errorCode } from 'flashworld'
import { expect, test } from 'vitest'
import { runCommand } from '../../test/run-command.ts'
import { savePly, stairs, temporaryFolder } from '../../test/scenes.ts'
import { convertCommand } from './convert.ts'
import { infoCommand } from './info.ts'

const convert = (...args: string[]) => runCommand(convertCommand, ...args)

async function readBack(path: string, axes?: 'RDF'): Promise<Gaussians> {
  return (await readGaussians(new Uint8Array(await readFile(path)), { fileName: path, axes }))
    .gaussians
}

const largestGap = (a: Float32Array, b: Float32Array) =>
  a.reduce((most, v, i) => Math.max(most, Math.abs(v - b[i]!)), 0)

test.each([
  // the step of each format: PLY stores floats, SPZ 24 bits, the compressed PLY 11 bits of a chunk's bounds
  ['out.ply', 1e-6],
  ['out.spz', 1e-4],
  ['out.splat', 1e-6],
  ['OUT.PLY', 1e-6],
  ['out.compressed.ply', 1e-3],
])('%s holds the same scene', async (name, step) => {
  const folder = await temporaryFolder()
  const scene = stairs(300)
  const out = join(folder, 'new', name)
  const said = await convert(await savePly(scene, folder), out)
  expect(said).toContain('300 Gaussians')
  const again = await readBack(out)
  expect(again.count).toBe(300)
  // splat-transform orders the Gaussians anew
  const order = name.includes('compressed') ? byX : (positions: Float32Array) => positions
  expect(largestGap(order(again.positions), order(scene.positions))).toBeLessThan(step)
  expect(await readdir(join(folder, 'new'))).toEqual([name])
})

function byX(positions: Float32Array): Float32Array {
  const rows = Array.from({ length: positions.length / 3 }, (_, i) => [
    ...positions.subarray(i * 3, i * 3 + 3),
  ])
  return Float32Array.from(rows.sort((a, b) => a[0]! - b[0]!).flat())
}

test('SOG and back', async () => {
  const folder = await temporaryFolder()
  const scene = stairs(64)
  const [sog, ply] = [join(folder, 'a.sog'), join(folder, 'b.ply')]
  await convert(await savePly(scene, folder), sog)
  await convert(sog, ply)
  const again = await readBack(ply)
  // 16 bits of the bounds' logarithms
  expect(largestGap(byX(again.positions), byX(scene.positions))).toBeLessThan(1e-3)
  expect(again.count).toBe(64)
})

test('an HTML viewer in one file, which starts at the first camera of a path', async () => {
  const folder = await temporaryFolder()
  const camera = { quaternion: [1, 0, 0, 0], fx: 50, fy: 50, cx: 50, cy: 40 }
  const cameras = [
    { ...camera, position: [0.25, 0.5, 0.75] },
    { ...camera, position: [1, 0, 0] },
  ]
  const path = join(folder, 'path.json')
  await writeFile(path, JSON.stringify({ resolution: [2, 80, 100], cameras }))
  const out = join(folder, 'out.html')
  await convert(await savePly(stairs(32), folder), out, '--cameras', path)
  const html = await readFile(out, 'utf8')
  expect(html).toContain('<html')
  expect(html.replaceAll(' ', '')).toContain(
    '"position":[0.25,0.5,0.75],"target":[0.25,0.5,-0.25],"fov":90',
  )
  expect(await readdir(folder)).toEqual(['in.ply', 'out.html', 'path.json'])
})

test('axes by letters and by program', async () => {
  const folder = await temporaryFolder()
  const from = await savePly(stairs(10), folder)
  const firstPoint = async (...options: string[]) => {
    const out = join(folder, 'axes.splat')
    await convert(from, out, '--force', ...options)
    // taken as RDF, so this undoes only what was not asked for
    return [...(await readBack(out, 'RDF')).positions.subarray(0, 3)]
  }
  const [x, y, z] = (await firstPoint()) as [number, number, number]
  expect(await firstPoint('--axes', 'rub')).toEqual([x, -y, -z])
  expect(await firstPoint('--target', 'spark')).toEqual([x, -y, -z])
  expect(await firstPoint('--axes', 'LUF')).toEqual([-x, -y, z])
  const out = join(folder, 'again.splat')
  await convert(join(folder, 'axes.splat'), out, '--from-axes', 'luf')
  expect([...(await readBack(out)).positions.subarray(0, 3)]).toEqual([x, y, z])
})

test('options of formats reach the writers', async () => {
  const folder = await temporaryFolder()
  const from = await savePly(stairs(10), folder)
  const out = (name: string) => join(folder, name)
  await convert(from, out('wide.ply'), '--ply-compat')
  const header = (await readFile(out('wide.ply'), 'latin1')).split('end_header')[0]!
  expect(header.match(/property float/g)).toHaveLength(62)
  await convert(from, out('four.spz'), '--spz-version', '4')
  expect((await readFile(out('four.spz'), 'latin1')).slice(0, 4)).toBe('NGSP')
  await convert(from, out('three.spz'))
  expect([...(await readFile(out('three.spz'))).subarray(0, 2)]).toEqual([0x1f, 0x8b])
})

test('info knows a GLB with Gaussians from one with cameras', async () => {
  const folder = await temporaryFolder()
  const out = join(folder, 'a.glb')
  await convert(await savePly(stairs(4), folder), out)
  expect(await runCommand(infoCommand, out)).toContain('glb')
})

test('pruning leaves out the faint ones', async () => {
  const folder = await temporaryFolder()
  const said = await convert(
    await savePly(stairs(10), folder),
    join(folder, 'out.ply'),
    '--prune',
    '0.55',
    '--json',
  )
  expect(said).toContain('5 Gaussians were left out')
  expect((await readBack(join(folder, 'out.ply'))).count).toBe(5)
})

test('a tier keeps what is large, or what the cameras of a path see', async () => {
  const folder = await temporaryFolder()
  const [seen, behind] = [500, 100_000]
  const cloud = stairs(seen + behind, 0)
  cloud.scales.fill(0.5)
  cloud.scales.fill(1e-4, 0, seen * 3)
  cloud.opacities.fill(0.5)
  for (let i = seen; i < cloud.count; i++) cloud.positions[i * 3 + 2] = 50
  const from = await savePly(cloud, folder)
  const keptAhead = async (...options: string[]) => {
    const out = join(folder, 'out.splat')
    await convert(from, out, '--tier', '100k', '--force', ...options)
    const { count, positions } = await readBack(out)
    expect(count).toBe(100_000)
    return positions.filter((value, i) => i % 3 === 2 && value < 0).length
  }
  const camera = { quaternion: [1, 0, 0, 0], position: [0, 0, 0], fx: 50, fy: 50, cx: 50, cy: 50 }
  const path = join(folder, 'path.json')
  await writeFile(path, JSON.stringify({ resolution: [2, 100, 100], cameras: [camera, camera] }))
  expect(await keptAhead()).toBe(0)
  expect(await keptAhead('--cameras', path, '--backend', 'reference')).toBe(seen)
})

test.each([
  [['in.ply'], 'two files'],
  [['in.ply', 'out.obj'], 'ends in'],
  [['in.ply', 'out'], 'ends in'],
  [['in.ply', 'out.ply', '--axes', 'xyz'], '--axes'],
  [['in.ply', 'out.ply', '--axes', 'rub', '--target', 'unity'], 'one of them'],
  [['in.ply', 'out.ply', '--target', 'maya'], '--target'],
  [['in.ply', 'out.html', '--axes', 'rub'], 'own viewer'],
  [['in.ply', 'out.spz', '--ply-compat'], 'PLY output'],
  [['in.ply', 'out.compressed.ply', '--ply-compat'], 'PLY output'],
  [['in.ply', 'out.ply', '--spz-version', '3'], 'SPZ output'],
  [['in.ply', 'out.spz', '--spz-version', '2'], '3, 4'],
  [['in.ply', 'out.ply', '--prune', '2'], '0 to 1'],
  [['in.ply', 'out.ply', '--prune', ''], '0 to 1'],
  [['in.ply', 'out.ply', '--tier', '1m'], '--tier'],
])('refuses %j', async (args, message) => {
  const folder = await temporaryFolder()
  await savePly(stairs(2), folder)
  const paths = args.map((arg) => (/^(in|out)/.test(arg) ? join(folder, arg) : arg))
  await expect(convert(...paths)).rejects.toThrow(message)
  expect(await readdir(folder)).toEqual(['in.ply'])
})

test('files that are missing or no scenes leave nothing behind', async () => {
  const folder = await temporaryFolder()
  const out = join(folder, 'out.spz')
  const codeOf = (path: string) =>
    convert(path, out).then(
      () => undefined,
      (error: Error) => {
        expect(error.message).toContain(path)
        return errorCode(error)
      },
    )
  await writeFile(join(folder, 'text.ply'), 'no ply')
  await writeFile(join(folder, 'text.sog'), 'no archive')
  await writeFile(
    join(folder, 'cut.ply'),
    (await readFile(await savePly(stairs(9), folder))).subarray(0, 1800),
  )
  expect(await codeOf(join(folder, 'none.ply'))).toBe('input/unreadable')
  expect(await codeOf(join(folder, 'text.ply'))).toBe('splats/unknown-format')
  expect(await codeOf(join(folder, 'text.sog'))).toBe('input/unreadable')
  expect(await codeOf(join(folder, 'cut.ply'))).toBe('splats/truncated')
  expect((await readdir(folder)).sort()).toEqual(['cut.ply', 'in.ply', 'text.ply', 'text.sog'])
})
