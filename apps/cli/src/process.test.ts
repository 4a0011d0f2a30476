import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { detectFormat, readGaussians } from '@flashworld/splats'
import { encodePng } from 'flashworld/node'
import { describe, expect, test } from 'vitest'
import { filmTest } from '../../../packages/flashworld/test/film-test.ts'
import { savePly, stairs, temporaryFolder } from '../test/scenes.ts'
import type { Event } from './events.ts'

const cpu = ['--backend', 'wasm', '--threads', '1']
const tiny = ['--model', 'test/goldens/tiny', '--resolution', '2x32x64', ...cpu]

interface Started {
  readonly child: ChildProcess
  /** What came on standard output, so far. */
  readonly out: () => Buffer
  /** How it ended: by a code or a signal, with its words on standard error. */
  readonly ended: Promise<{ end: number | string | null; err: string }>
}

interface StartOptions {
  readonly env?: NodeJS.ProcessEnv
  /** What is sent to standard input. */
  readonly input?: Uint8Array
}

/** The command line as a process of its own. */
function start(args: readonly string[], { env = {}, input }: StartOptions = {}): Started {
  const child = spawn(process.execPath, ['apps/cli/src/main.ts', ...args], {
    env: { ...process.env, ...env },
  })
  const chunks: Buffer[] = []
  let err = ''
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => (err += String(chunk)))
  if (input) child.stdin.end(input)
  const ended = new Promise<{ end: number | string | null; err: string }>((resolve) =>
    child.once('close', (code, signal) => resolve({ end: signal ?? code, err: err.trim() })),
  )
  return { child, out: () => Buffer.concat(chunks), ended }
}

const eventsIn = (out: Buffer): Event[] =>
  String(out)
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Event)

/** Waits for an event, then sends the signal. */
function killAt({ child, out }: Started, found: (event: Event) => boolean, signal: NodeJS.Signals) {
  let sent = false
  child.stdout!.on('data', () => {
    const complete = out().subarray(0, out().lastIndexOf('\n') + 1)
    if (sent || !eventsIn(complete).some(found)) return
    sent = true
    child.kill(signal)
  })
}

test('--version tells the version', async () => {
  const { out, ended } = start(['--version'])
  expect(await ended).toEqual({ end: 0, err: '' })
  const { version } = JSON.parse(await readFile('apps/cli/package.json', 'utf8')) as {
    version: string
  }
  expect(String(out())).toBe(`flashworld ${version}\n`)
})

test('with --json a failure is the last line of standard output, with what to do about it', async () => {
  const place = await temporaryFolder()
  const scene = await savePly(stairs(3), place)
  const { out, ended } = start(['convert', scene, scene, '--json'])
  expect(await ended).toEqual({ end: 1, err: '' })
  expect(eventsIn(out()).at(-1)).toEqual({
    type: 'error',
    code: 'output/exists',
    message: expect.stringContaining(scene) as string,
    hint: expect.stringContaining('--force') as string,
  })
})

test('wrong arguments are told in words, with where to look, and end in 2', async () => {
  const { out, ended } = start(['render', 'house.ply', '--cmaeras', 'x.json'])
  expect(await ended).toEqual({
    end: 2,
    err: 'flashworld: render: there is no option --cmaeras; did you mean --cameras?\n  see: flashworld render --help',
  })
  expect(String(out())).toBe('')
})

test('a reader that has gone ends it as it ends any program, without a word', async () => {
  const place = await temporaryFolder()
  const { child, ended } = start(['info', await savePly(stairs(3), place)])
  child.stdout!.destroy()
  expect(await ended).toEqual({ end: 'SIGPIPE', err: '' })
})

describe('signals', () => {
  const cancelled = { type: 'error', code: 'command/cancelled', message: 'cancelled' }

  test.each(['SIGINT', 'SIGHUP'] as const)(
    '%s puts a generation down, leaves nothing and ends by itself',
    async (signal) => {
      const place = await temporaryFolder()
      const out = join(place, 'new', 'scene.ply')
      const started = start(['generate', 'x', '--out', out, '--json', ...cpu])
      killAt(started, (event) => event.type === 'progress' && event.stage !== undefined, signal)
      expect(await started.ended).toEqual({ end: signal, err: '' })
      expect(eventsIn(started.out()).at(-1)).toEqual(cancelled)
      expect(await readdir(place)).toEqual([])
    },
  )

  filmTest('SIGTERM while batch films leaves no part of the film', async () => {
    const place = await temporaryFolder()
    const [input, output] = [join(place, 'in'), join(place, 'out')]
    await mkdir(input)
    const request = { prompt: 'x', path: 'orbit-left', resolution: [16, 32, 64] }
    await writeFile(join(input, 'a.json'), JSON.stringify(request))
    const folders = ['--input_dir', input, '--output_dir', output, '--ckpt', 'test/goldens/tiny']
    const film = ['--ply', '--video', '--video_fps', '120', '--json', ...cpu]
    const started = start(['batch', ...folders, ...film])
    killAt(
      started,
      ({ type, ...event }) => type === 'progress' && 'done' in event && event.unit === 'pictures',
      'SIGTERM',
    )
    expect(await started.ended).toEqual({ end: 'SIGTERM', err: '' })
    expect(eventsIn(started.out()).at(-1)).toEqual(cancelled)
    expect(await readdir(join(output, 'a'))).toEqual(['gaussians.ply'])
  })

  test('what does not listen is ended all the same', async () => {
    const started = start(['convert', '-', '/none/out.ply', '--json'])
    killAt(started, ({ type }) => type === 'progress', 'SIGTERM')
    // it waits for standard input, which never ends
    expect(await started.ended).toEqual({ end: 'SIGTERM', err: '' })
  })
})

describe('a dash', () => {
  test('is standard input and output of convert', async () => {
    const place = await temporaryFolder()
    const ply = await readFile(await savePly(stairs(5), place))
    const { out, ended } = start(['convert', '-', '-', '--to', 'spz'], { input: ply })
    expect(await ended).toMatchObject({ end: 0, err: expect.stringContaining('wrote -') as string })
    const bytes = new Uint8Array(out())
    expect(detectFormat(bytes).name).toBe('spz')
    expect((await readGaussians(bytes)).gaussians.count).toBe(5)
  })

  test('is photograph and scene of generate, which then has no record', async () => {
    const rgba = new Uint8ClampedArray(64 * 64 * 4).fill(200)
    const input = await encodePng({ width: 64, height: 64, rgba })
    const ends = ['--image', '-', '--out', '-', '--to', 'ply', '-q']
    const { out, ended } = start(['generate', ...ends, '--seed', '1', ...tiny], { input })
    expect(await ended).toEqual({ end: 0, err: '' })
    expect((await readGaussians(new Uint8Array(out()))).gaussians.count).toBeGreaterThan(0)
  })
})

describe('where there is no GPU', () => {
  test.each([undefined, 'package.json'])(
    'and VK_ICD_FILENAMES is %s, one line says so',
    async (drivers) => {
      const env = { VK_ICD_FILENAMES: drivers, VK_DRIVER_FILES: undefined, XDG_DATA_DIRS: '/none' }
      const { ended } = start(['bench', '--backend', 'webgpu'], { env })
      const { end, err } = await ended
      // a machine with a driver of its own, or with Metal or D3D12, has one after all
      if (end === 0) return
      expect(end).toBe(1)
      expect(err).toMatch(
        /^flashworld: webgpu: .* \[engine\/unsupported\]\n {2}flashworld doctor .*--backend wasm/,
      )
      expect(err.split('\n')).toHaveLength(2)
    },
  )
})
