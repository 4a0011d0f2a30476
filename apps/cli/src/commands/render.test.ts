import { readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CameraJson } from '@flashworld/camera'
import type { Picture, Scene } from 'flashworld'
import { errorCode, loadFlashWorld } from 'flashworld'
import { psnr } from 'flashworld/lab'
import { folderSource, nodeImages, openEngine } from 'flashworld/node'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { runCommand, runUntil } from '../../test/run-command.ts'
import { savePly, stairs, temporaryFolder } from '../../test/scenes.ts'
import { generateCommand } from './generate.ts'
import { renderCommand } from './render.ts'
import { filmTest } from '../../../../packages/flashworld/test/film-test.ts'

const cpu = ['--backend', 'wasm', '--threads', '1']
const render = (...args: string[]) => runCommand(renderCommand, ...args, ...cpu)

const camera: CameraJson = {
  quaternion: [0.9, 0.1, 0.3, 0],
  position: [3, -2, 5],
  fx: 50,
  fy: 50,
  cx: 32,
  cy: 16,
}
const cameras = [
  camera,
  { ...camera, position: [3.5, -2, 4.5] as const },
  { ...camera, position: [4, -1.5, 4] as const },
]
const request = { prompt: 'a red barn', cameras, resolution: [3, 32, 64] as const, seed: 5 }

/** A scene along cameras far from the origin, as `generate` writes it. */
async function generated() {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'request.json'), JSON.stringify(request))
  const file = join(folder, 'house.ply')
  const tiny = ['--model', 'test/goldens/tiny', ...cpu]
  await runCommand(
    generateCommand,
    '--request',
    join(folder, 'request.json'),
    '--out',
    file,
    '--tiers',
    '900,1m',
    ...tiny,
  )
  return { folder, file, out: (name: string) => join(folder, name) }
}

/** What the generation itself sees. */
async function ownViews(): Promise<Picture[]> {
  const engine = await openEngine({ backend: 'wasm', threads: 1 })
  const world = await loadFlashWorld({
    engine,
    source: folderSource('test/goldens/tiny'),
    images: nodeImages,
  })
  let scene: Scene | undefined
  for await (const event of world.generate(request)) if (event.type === 'scene') scene = event.scene
  const views = await world.render(scene!, scene!.cameras, { width: 64, height: 32 })
  world.dispose()
  engine.dispose()
  return views
}

async function readPicture(path: string): Promise<Picture> {
  const { data, info } = await sharp(path).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, rgba: new Uint8ClampedArray(data) }
}

filmTest(
  'a scene is filmed along its own path with no other input; what it shows is what the generation saw',
  async () => {
    const { folder, file, out } = await generated()
    expect((await readdir(folder)).sort()).toEqual([
      'house.900.ply',
      'house.900.scene.json',
      'house.ply',
      'house.scene.json',
      'request.json',
    ])
    const views = await ownViews()
    for (const [i, view] of views.entries()) {
      await render(file, '--still', String(i), '--out', out(`${i}.png`))
      // the file leaves out what no viewer draws
      expect(psnr(await readPicture(out(`${i}.png`)), view)).toBeGreaterThan(40)
    }
    expect(psnr(views[0]!, views[2]!)).toBeLessThan(30) // so the above tells them apart
    expect(await render(file)).toContain('31 pictures, 15 a second, of 64 x 32')
    expect((await readFile(out('house.mp4'))).subarray(4, 8).toString()).toBe('ftyp')
    await render(out('house.900.ply'), '--fps', '2', '--out', out('frames'))
    expect(await readdir(out('frames'))).toEqual([0, 1, 2, 3, 4].map((i) => `frame_000${i}.png`))
    const middle = await readPicture(join(out('frames'), 'frame_0002.png'))
    expect(psnr(middle, views[1]!)).toBeGreaterThan(20)

    // the same cameras from a file are in the same frame; so is a record of a scene that has lost its own
    await render(file, '--cameras', out('request.json'), '--still', '1', '--out', out('again.png'))
    expect(await readFile(out('again.png'))).toEqual(await readFile(out('1.png')))
    await rename(out('house.scene.json'), out('old.scene.json'))
    await expect(render(file, '--force')).rejects.toThrow('expected --cameras or --path')
    await render(
      file,
      '--cameras',
      out('old.scene.json'),
      '--still',
      '1',
      '--force',
      '--out',
      out('again.png'),
    )
    expect(await readFile(out('again.png'))).toEqual(await readFile(out('1.png')))
    await writeFile(out('house.scene.json'), '{}')
    expect(errorCode(await render(file, '--force').catch((error: unknown) => error))).toBe(
      'scene/record',
    )
  },
)

test('any cloud along a template: animation, thumbnail, depth', async () => {
  const folder = await temporaryFolder()
  const file = await savePly(stairs(200), folder, 'cloud.ply')
  const out = (name: string) => join(folder, name)
  await render(
    file,
    '--path',
    'orbit-left:40',
    '--seconds',
    '1',
    '--fps',
    '5',
    '--size',
    '48x32',
    '--out',
    out('a.webp'),
  )
  expect(await sharp(out('a.webp')).metadata()).toMatchObject({
    pages: 6,
    width: 48,
    height: 32,
    delay: Array(6).fill(200),
  })
  await render(
    file,
    '--path',
    'spiral',
    '--still',
    '0',
    '--size',
    '32x20',
    '--out',
    out('thumbnail.webp'),
  )
  expect(await sharp(out('thumbnail.webp')).metadata()).toMatchObject({
    format: 'webp',
    width: 32,
    height: 20,
  })
  await render(file, '--path', 'spiral', '--depth', '--size', '48x32', '--out', out('depth.png'))
  const raw = await sharp(out('depth.png'))
    .toColourspace('grey16')
    .raw({ depth: 'ushort' })
    .toBuffer()
  const depths = [...new Uint16Array(raw.buffer, raw.byteOffset, raw.length / 2)].filter(
    (value) => value > 0,
  )
  // the stairs reach from 1 to 2 units ahead
  expect(depths.length).toBeGreaterThan(50)
  for (const depth of depths) expect(depth > 990 && depth < 2010).toBe(true)
  await render(
    file,
    '--path',
    'spiral',
    '--depth',
    '--still',
    '0',
    '--size',
    '48x32',
    '--out',
    out('depth.webp'),
  )
  const grey = await readPicture(out('depth.webp'))
  expect(grey.rgba.subarray(0, 4)).toEqual(Uint8ClampedArray.of(0, 0, 0, 255)) // nothing there
  expect(Math.max(...grey.rgba.filter((_, i) => i % 4 === 0))).toBeGreaterThan(230)
})

test.each([
  [[], 'one scene'],
  [['in.ply', '--out', 'a.gif'], '.mp4, .webp or .png'],
  [['in.ply', '--out', 'a.mp4', '--still', '0'], '--still'],
  [['in.ply', '--path', 'spiral', '--still', '99'], '0 to 8'],
  [['in.ply', '--path', 'spiral', '--cameras', 'x.json'], 'one of them'],
  [['in.ply', '--path', 'spiral', '--size', '10x10'], '--size'],
  [['in.ply', '--path', 'spiral', '--size', '5000x100'], '--size'],
  [['in.ply', '--path', 'spiral', '--fps', '0'], '--fps'],
  [['in.ply', '--path', 'spiral', '--seconds', '-1'], '--seconds'],
  [['in.ply', '--path', 'spiral', '--seconds', '3000'], 'at most 4096 pictures'],
  [['in.ply', '--path', 'spiral', '--size', '63x32'], 'even sides'],
  [['in.ply', '--path', 'to-the-moon'], 'to-the-moon'],
  [['none.ply', '--path', 'spiral'], 'cannot read'],
  [['in.ply', '--path', 'spiral', '--out', '.'], 'an empty folder'],
])('refuses %j and leaves nothing behind', async (args, message) => {
  const folder = await temporaryFolder()
  await savePly(stairs(2), folder)
  const paths = args.map((arg) => (/\.|^$/.test(arg) ? join(folder, arg) : arg))
  await expect(render(...paths)).rejects.toThrow(message)
  expect(await readdir(folder)).toEqual(['in.ply'])
})

filmTest('cancelling leaves no film', async () => {
  const folder = await temporaryFolder()
  const file = await savePly(stairs(50), folder)
  const abort = new AbortController()
  const rendering = runUntil(
    abort.signal,
    renderCommand,
    file,
    ...cpu,
    '--path',
    'spiral',
    '--seconds',
    '100',
    '--size',
    '32x32',
    '--out',
    join(folder, 'a.mp4'),
  )
  const part = async (): Promise<unknown> =>
    (await readdir(folder)).length > 1 || new Promise((r) => setTimeout(r, 5)).then(part)
  await part()
  abort.abort()
  await expect(rendering).rejects.toMatchObject({ name: 'AbortError' })
  expect(await readdir(folder)).toEqual(['in.ply'])
})
