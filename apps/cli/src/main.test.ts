import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, truncate, writeFile, cp, chmod } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { encodePng } from 'flashworld/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/** The command line as a process, as people run it. */
function flashworld(...args: string[]) {
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    execFile(
      process.execPath,
      ['apps/cli/src/main.ts', ...args],
      { maxBuffer: 1 << 26 },
      (error, out, err) => {
        resolve({ code: error ? Number(error.code) : 0, out, err })
      },
    )
  })
}

const tiny = [
  '--model',
  'test/goldens/tiny',
  '--backend',
  'wasm',
  '--threads',
  '1',
  '--resolution',
  '2x32x64',
]

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flashworld-'))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

test('it starts from what Node compiled before', async () => {
  const tell = `import module from 'node:module'
process.on('exit', () => console.error(module.getCompileCacheDir()))`
  const args = ['--import', `data:text/javascript,${encodeURIComponent(tell)}`]
  const { stderr } = await promisify(execFile)(
    process.execPath,
    [...args, 'apps/cli/bin/flashworld.mjs', '--version'],
    { env: { ...process.env, NODE_COMPILE_CACHE: undefined } },
  )
  expect(stderr).toContain(join(import.meta.dirname, '../../../.node/compiled'))
})

test('without a command it shows the commands; an unknown one is named', async () => {
  const bare = await flashworld()
  expect(bare.code).toBe(2)
  for (const name of ['generate', 'verify', 'doctor', 'bench']) expect(bare.out).toContain(name)
  const wrong = await flashworld('genrate')
  expect(wrong).toMatchObject({ code: 2, out: '' })
  expect(wrong.err).toContain("no command 'genrate'; did you mean generate?")
})

test('generate writes a scene and tells what it did, as JSON too; the same seed writes the same bytes', async () => {
  const [first, second] = [join(folder, 'a.ply'), join(folder, 'b.ply')]
  const words = await flashworld('generate', 'a red barn', '--seed', '3', '--out', first, ...tiny)
  expect(words).toMatchObject({ code: 0 })
  expect(words.out).toContain('2,048 Gaussians')
  const json = await flashworld(
    'generate',
    '--prompt',
    'a red barn',
    '--seed',
    '3',
    '--out',
    second,
    '--json',
    ...tiny,
  )
  const lines = json.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string })
  expect(lines.map((l) => l.type).filter((t) => t !== 'progress')).toEqual([
    'note',
    'started',
    'step',
    'step',
    'step',
    'file',
    'file',
    'scene',
    'done',
  ])
  const bytes = await readFile(first)
  expect(bytes.subarray(0, 3).toString()).toBe('ply')
  expect(bytes.equals(await readFile(second))).toBe(true)
})

test('a request with the published names, an image in it, and cameras in pixels, is taken as it is', async () => {
  const request = join(folder, 'request.json')
  const image = (await readFile('assets/examples/photograph.png')).toString('base64')
  const camera = {
    quaternion: [1, 0, 0, 0],
    position: [0, 0, 0],
    fx: 400,
    fy: 400,
    cx: 288,
    cy: 192,
  }
  const cameras = [
    camera,
    { ...camera, position: [0.2, 0, 0] },
    { ...camera, position: [0.4, 0, 0] },
  ]
  const body = {
    image_prompt: `data:image/png;base64,${image}`,
    text_prompt: 'a cone',
    image_index: 0,
    resolution: [2, 32, 64],
    cameras,
  }
  await writeFile(request, JSON.stringify(body))
  const out = join(folder, 'request.spz')
  const { code, err } = await flashworld(
    'generate',
    '--request',
    request,
    '--out',
    out,
    ...tiny.slice(0, 6),
  )
  expect({ code, err }).toMatchObject({ code: 0 })
  expect((await readFile(out)).subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b])) // gzip
})

test('an upright photograph makes an upright scene', async () => {
  const [image, out] = [join(folder, 'upright.png'), join(folder, 'upright.spz')]
  await writeFile(
    image,
    await encodePng({ width: 64, height: 96, rgba: new Uint8ClampedArray(64 * 96 * 4).fill(200) }),
  )
  expect(
    await flashworld('generate', '--image', image, '--out', out, ...tiny.slice(0, 6)),
  ).toMatchObject({ code: 0 })
  const record = JSON.parse(await readFile(join(folder, 'upright.scene.json'), 'utf8')) as object
  expect(record).toMatchObject({ resolution: [12, 192, 128] })
})

describe('bad input: a clear error, an exit code, nothing left behind', () => {
  const fails = async (args: string[], message: RegExp) => {
    const place = await mkdtemp(join(folder, 'bad-'))
    const { code, err } = await flashworld('generate', '--out', join(place, 'scene.ply'), ...args)
    expect(err).toMatch(message)
    expect(err).not.toMatch(/\n\s+at /) // no stack: these are the user's errors, not ours
    expect(code).toBeGreaterThan(0)
    expect(await readdir(place)).toEqual([])
  }
  const file = async (name: string, content: string | Uint8Array) => {
    await writeFile(join(folder, name), content)
    return join(folder, name)
  }

  test('nothing to make a scene of', () => fails(tiny, /request\/empty/))
  test('a text file as image', async () =>
    fails(['--image', await file('not.png', 'hello'), ...tiny], /image\/unreadable/))
  test('an image of one pixel', async () =>
    fails(['--image', await file('one.png', onePixel), ...tiny], /image\/size/))
  test('an image of 30,000 x 30,000', async () =>
    fails(['--image', await file('huge.png', hugeHeader), ...tiny], /image\/(size|unreadable)/))
  test('an image that is not there', () =>
    fails(['--image', join(folder, 'none.png'), ...tiny], /cannot read/))
  test('sides that are no multiples of 32', () =>
    fails(['--prompt', 'x', ...tiny.slice(0, 6), '--resolution', '2x30x64'], /request\/resolution/))
  test('no frames', () =>
    fails(['--prompt', 'x', ...tiny.slice(0, 6), '--resolution', '0x32x64'], /request\/resolution/))
  test('cameras that are no JSON', async () =>
    fails(
      ['--prompt', 'x', '--cameras', await file('cameras.json', '{'), ...tiny],
      /expected JSON/,
    ))
  test('one camera', async () =>
    fails(
      ['--prompt', 'x', '--cameras', await file('one.json', '[{}]'), ...tiny],
      /camera\/format/,
    ))
  test('a model that is not there', () =>
    fails(
      ['--prompt', 'x', '--model', join(folder, 'no-model'), '--backend', 'wasm'],
      /weights\/missing-file/,
    ))
  test('a truncated model', async () => {
    const model = join(folder, 'cut')
    await cp('test/goldens/tiny', model, { recursive: true })
    await chmod(join(model, 'model.ckpt'), 0o644)
    await truncate(join(model, 'model.ckpt'), 500_000)
    await fails(['--prompt', 'x', '--model', model, '--backend', 'wasm'], /weights\//)
  })
  test('an output that cannot be written', async () => {
    const blocked = await file('a-file', '')
    const { code, err } = await flashworld(
      'generate',
      '--prompt',
      'x',
      '--out',
      join(blocked, 'scene.ply'),
      ...tiny,
    )
    expect(err).toMatch(/output\/unwritable/)
    expect(code).toBe(1)
  })
  test('a format that nobody knows', () =>
    fails(['--prompt', 'x', '--out', join(folder, 'scene.xyz'), ...tiny], /\.ply/))
  test('an option that does not exist', () =>
    fails(['--promt', 'x'], /no option --promt; did you mean --prompt\?/))
})

test.each([
  ['a path', ['--path', 'orbt-left'], 'camera/template', 2],
  ['cameras', ['--cameras', 'assets/examples/none.json'], 'input/unreadable', 1],
  ['an image', ['--image', 'README.md'], 'image/unreadable', 1],
])('%s that cannot be is refused before the model is loaded', async (_, args, code, exit) => {
  const out = join(folder, 'never.ply')
  const ran = await flashworld('generate', 'x', '--json', '--out', out, ...args, ...tiny)
  // one line: no progress of loading
  expect(JSON.parse(ran.out)).toMatchObject({ type: 'error', code })
  expect(ran).toMatchObject({ code: exit, err: '' })
})

test('verify fails, and says which, when a golden differs', async () => {
  const place = join(folder, 'wrong')
  await cp('test/goldens/tiny', place, { recursive: true })
  const cases = join(place, 'cases.safetensors')
  const bytes = await readFile(cases)
  const header = JSON.parse(
    bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE(0))).toString(),
  ) as Record<string, { data_offsets: [number, number] }>
  const [start] = header['cameras.sampled']!.data_offsets
  bytes.writeFloatLE(NaN, 8 + Number(bytes.readBigUInt64LE(0)) + start)
  await chmod(cases, 0o644)
  await writeFile(cases, bytes)
  const dump = join(folder, 'dump.safetensors')
  const { code, out } = await flashworld(
    'verify',
    place,
    '--backend',
    'wasm',
    '--json',
    '--dump',
    dump,
  )
  expect(code).toBe(1)
  const failed = out
    .trim()
    .split('\n')
    .map((l) => JSON.parse(l) as { name: string; passed?: boolean })
    .filter((c) => c.passed === false)
  expect(failed.map((c) => c.name)).toEqual(['cameras.sampled'])
  const names = JSON.parse(
    (await readFile(dump)).subarray(8).toString('latin1').split('}}')[0]! + '}}',
  ) as object
  expect(Object.keys(names)).toEqual(
    expect.arrayContaining(['text.ids', 'dit.block0', 'pipe_image.gaussians', 'fp8.bytes']),
  )
})

const onePixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

/** A PNG that says 30,000 x 30,000 and ends after its header. */
const hugeHeader = (() => {
  const png = Buffer.from(onePixel)
  png.writeUInt32BE(30_000, 16)
  png.writeUInt32BE(30_000, 20)
  return png
})()
