import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { hearCommand, runCommand } from '../../test/run-command.ts'
import { temporaryFolder } from '../../test/scenes.ts'
import { generateCommand } from './generate.ts'
import { infoCommand } from './info.ts'
import { renderCommand } from './render.ts'

/** Files that people have, and three coloured blobs to look at. */
const caseOf = (name: string) => join('packages/camera/test/cases', name)
const blobs = 'apps/cli/test/cases/rgb3.ply'
const cpu = ['--backend', 'wasm', '--threads', '1']
const tiny = ['--model', 'test/goldens/tiny', ...cpu]
const render = (...args: string[]) => hearCommand(renderCommand, ...args, ...cpu)

/** Width and height of what is not white in a picture. */
async function extent(path: string) {
  const { data, info } = await sharp(path).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const at = [...Array(info.width * info.height).keys()].filter((i) =>
    data.subarray(i * 3, i * 3 + 3).some((value) => value < 200),
  )
  const span = (values: number[]) => Math.max(...values) - Math.min(...values) + 1
  const [columns, rows] = [at.map((i) => i % info.width), at.map((i) => Math.floor(i / info.width))]
  return { size: [info.width, info.height], extent: [span(columns), span(rows)] as const }
}

test.each(['inria-mixed.json', 'colmap-mixed'])(
  '%s: stills come in their own size and shape, a film in one that is said',
  async (name) => {
    const folder = await temporaryFolder()
    const shots = await Promise.all(
      [0, 1].map(async (still) => {
        const out = join(folder, `${still}.png`)
        await render(blobs, '--cameras', caseOf(name), '--still', String(still), '--out', out)
        return extent(out)
      }),
    )
    expect(shots.map(({ size }) => size)).toEqual([
      [320, 224],
      [224, 320],
    ])
    // both stand in one place, with lenses as long in pixels: the same blobs, as wide and as high
    if (name === 'inria-mixed.json') {
      const [a, b] = shots.map((shot) => shot.extent)
      expect(Math.abs(a![0] - b![0])).toBeLessThanOrEqual(1)
      expect(Math.abs(a![1] - b![1])).toBeLessThanOrEqual(1)
    }
    const out = join(folder, 'film')
    const film = await render(blobs, '--cameras', caseOf(name), '--fps', '2', '--out', out)
    expect(film.err).toContain('several sizes; all are 320 x 224')
    expect(await readdir(out)).toHaveLength(3)
    for (const frame of await readdir(out))
      expect(await sharp(join(out, frame)).metadata()).toMatchObject({ width: 320, height: 224 })
  },
)

test('one camera is enough for a still', async () => {
  const out = join(await temporaryFolder(), 'a.png')
  await render(blobs, '--cameras', caseOf('colmap-one'), '--still', '0', '--out', out)
  expect(await sharp(out).metadata()).toMatchObject({ width: 320, height: 224 })
  await expect(
    render(blobs, '--cameras', caseOf('colmap-one'), '--out', out.replace('.png', '')),
  ).rejects.toMatchObject({ code: 'camera/count' })
})

test('a film has the timing of its file', async () => {
  const out = join(await temporaryFolder(), 'a.webp')
  const args = ['--cameras', caseOf('uneven.gltf'), '--size', '48x32', '--fps', '2', '--out', out]
  expect((await render(blobs, ...args)).out).toContain('21 pictures')
})

test("poses alone are seen as asked, else through the scene's lens", async () => {
  const folder = await temporaryFolder()
  const out = (name: string) => join(folder, name)
  const poses = ['--cameras', caseOf('trajectory_webui.json'), '--still', '0']
  await render(blobs, ...poses, '--fov', '30', '--out', out('near.png'))
  await render(blobs, ...poses, '--out', out('far.png'))
  const [near, far] = [await extent(out('near.png')), await extent(out('far.png'))]
  expect(far.size).toEqual([704, 480])
  expect(near.extent[0]).toBeGreaterThan(1.5 * far.extent[0])
  expect((await render(blobs, ...poses, '--force', '--out', out('far.png'))).err).toContain(
    '60 degrees',
  )
})

const pixels = { fx: 100, fy: 100, cx: 32, cy: 16 }
const pose = { quaternion: [1, 0, 0, 0], position: [0, 0, 0] }

test('a scene keeps its lens in --path, and for poses alone', async () => {
  const folder = await temporaryFolder()
  const out = (name: string) => join(folder, name)
  const cameras = [
    { ...pose, ...pixels },
    { ...pose, ...pixels, position: [0, 0, -0.5] },
  ]
  const request = { prompt: 'a red barn', cameras, resolution: [2, 32, 64], seed: 5 }
  await writeFile(out('request.json'), JSON.stringify(request))
  await runCommand(
    generateCommand,
    '--request',
    out('request.json'),
    '--out',
    out('a.ply'),
    ...tiny,
  )
  const still = async (name: string, ...args: string[]) => {
    await render(out('a.ply'), ...args, '--still', '0', '--out', out(name))
    return readFile(out(name))
  }
  const own = await still('own.png')
  expect(await still('path.png', '--path', 'orbit-left')).toEqual(own)
  await writeFile(out('poses.json'), JSON.stringify({ cameras: [pose, pose] }))
  expect(await still('poses.png', '--cameras', out('poses.json'))).toEqual(own)
  expect(await still('wide.png', '--path', 'orbit-left', '--fov', '60')).not.toEqual(own)
})

async function generatedLens(...args: string[]) {
  const out = join(await temporaryFolder(), 'a.ply')
  const seeded = ['--seed', '1', '--out', out]
  const { err: said } = await hearCommand(generateCommand, ...args, ...seeded, ...tiny)
  const text = await readFile(out.replace('.ply', '.scene.json'), 'utf8')
  const { cameras, resolution } = JSON.parse(text) as {
    cameras: { fx: number; fy: number; cx: number; cy: number }[]
    resolution: number[]
  }
  return { ...cameras[0]!, resolution, said }
}

test('pixels of a file are scaled and cropped to the picture asked for', async () => {
  const small = ['--prompt', 'a barn', '--resolution', '2x32x64']
  const path = await generatedLens('--cameras', caseOf('demo_trajectory_lowres.json'), ...small)
  // 512 x 384 to 64 x 32: an eighth, the middle of the height
  expect(path).toMatchObject({ fx: 64, fy: 64, cx: 32, cy: 16 })
  const bare = await generatedLens(
    '--cameras',
    caseOf('trajectory_webui.json'),
    '--fov',
    '90',
    ...small,
  )
  expect(bare.fx).toBeCloseTo(32, 10)
  expect(bare.said).toContain('90 degrees')
  const transforms = await generatedLens('--cameras', caseOf('transforms.json'), ...small)
  expect(transforms.fx).toBeCloseTo(60, 10)
})

test('the pixels of a request stay with its resolution when another is asked for', async () => {
  const path = join(await temporaryFolder(), 'request.json')
  const text = await readFile(caseOf('demo_trajectory_lowres.json'), 'utf8')
  await writeFile(path, JSON.stringify({ ...(JSON.parse(text) as object), prompt: 'a barn' }))
  const found = await generatedLens('--request', path, '--resolution', '2x32x64')
  expect(found).toMatchObject({ fx: 64, fy: 64, cx: 32, cy: 16, resolution: [2, 32, 64] })
  const shares = await generatedLens('--request', caseOf('rq-norm.json'), '--resolution', '2x32x96')
  expect(shares.fx).toBeCloseTo(0.83 * 96, 10)
  expect(shares.said).toContain('not pixels')
})

const info = async (name: string) =>
  JSON.parse(await runCommand(infoCommand, caseOf(name), '--json')) as Record<string, unknown>

test.each([
  ['rq-norm.json', { kind: 'trajectory', cameras: 2, sizes: [{ width: 192, height: 128 }] }],
  ['trajectory_webui.json', { kind: 'trajectory', cameras: 2 }],
  ['transforms.json', { kind: 'nerfstudio transforms.json', sizes: [{ width: 320, height: 224 }] }],
  ['turn2.gltf', { kind: 'glTF camera', cameras: 10, seconds: 0.375 }],
  ['uneven.gltf', { cameras: 3, seconds: 10 }],
  ['noaspect.gltf', { cameras: 2, sizes: [{ width: 704, height: 480 }] }],
  ['parent.gltf', { cameras: 2, sizes: [{ width: 720, height: 480 }] }],
  ['colmap-sr', { kind: 'COLMAP model', cameras: 2 }],
  ['colmap-unused', { kind: 'COLMAP model', cameras: 2 }],
  ['colmap-one', { kind: 'COLMAP model', cameras: 1 }],
  ['colmap-one/images.txt', { kind: 'COLMAP model', cameras: 1 }],
  [
    'inria-mixed.json',
    {
      cameras: 2,
      sizes: [
        { width: 320, height: 224 },
        { width: 224, height: 320 },
      ],
    },
  ],
])('info %s', async (name, want) => {
  expect(await info(name)).toMatchObject(want)
})
