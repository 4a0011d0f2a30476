// The examples as people copy them, each run as its head says. The page in a tab is run by `node examples/vite-three/prove.ts`.
import { execFile } from 'node:child_process'
import { copyFile, cp, mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { readTrajectoryJson } from '@flashworld/camera'
import { generateWorld } from '@tanstack/ai'
import { checkpointDefaults, checkRequest } from 'flashworld'
import { createClient } from 'flashworld/client'
import {
  embeddedModel,
  folderSource,
  listRequests,
  nodeImages,
  readRequest,
  readScene,
} from 'flashworld/node'
import { describe, expect, onTestFinished, test } from 'vitest'
import { runServer } from '../apps/server/test/run-server.ts'
import type { FlashWorldResult } from '../examples/tanstack-ai/flashworld-world.ts'
import { flashworldWorld } from '../examples/tanstack-ai/flashworld-world.ts'

const example = (path: string) => resolve('examples', path)

const newFolder = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'flashworld-examples-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return folder
}

/** Runs a program in a folder. Gives what it printed; what it ended with, where that is not 0, as `code`. */
const run = async (folder: string, command: string, args: readonly string[], env = {}) => {
  const options = { cwd: folder, env: { ...process.env, ...env } }
  return (await promisify(execFile)(command, args, options)).stdout
}

const hasPython = await run('.', 'python3', ['--version']).then(
  () => true,
  () => false,
)

const requests = example('requests')
const requestNames = await listRequests(requests)

describe('request files', () => {
  test.each(requestNames)('%s is a request by the published names', async (name) => {
    const published = JSON.parse(await readFile(join(requests, name), 'utf8')) as object
    expect(Object.keys(published)).toEqual([
      'image_prompt',
      'text_prompt',
      'image_index',
      'resolution',
      'cameras',
    ])
    const defaults = await checkpointDefaults(folderSource(embeddedModel()))
    const request = await readRequest(join(requests, name))
    const checked = await checkRequest(request, { defaults, images: nodeImages })
    expect(checked.cameras).toHaveLength(12)
    expect(checked.warnings).toEqual([])
  })

  test('simple_trajectory.json is five cameras forward', async () => {
    const text = await readFile(example('simple_trajectory.json'), 'utf8')
    const { cameras, notes } = readTrajectoryJson(JSON.parse(text))
    expect(notes).toEqual([])
    expect(cameras.map(({ position }) => position)).toEqual(
      [0, -0.1, -0.2, -0.3, -0.4].map((z) => [0, 0, z]),
    )
  })
})

test('node/scene.mjs makes a scene, and its record', async () => {
  const folder = await newFolder()
  const printed = await run(folder, process.execPath, [example('node/scene.mjs'), 'a blue cube'])
  expect(printed.trim().split('\n')).toEqual(['scene.spz', 'scene.scene.json'])
  const { gaussians } = await readScene(join(folder, 'scene.spz'))
  expect(gaussians.count).toBeGreaterThan(10_000)
})

test.skipIf(!hasPython)('python/scene.py fetches a scene by the Gradio API', async () => {
  const { url } = await runServer()
  const folder = await newFolder()
  const printed = await run(folder, 'python3', [
    ...[example('python/scene.py'), 'a red house', 'house.ply', '--url', url],
    ...['--photograph', example('requests/photograph.png')],
    ...['--request', example('requests/photograph.json')],
  ])
  expect(printed).toMatch(/^house\.ply: 100 Gaussians in 0\.1 s, seed \d+\n$/)
  expect((await readScene(join(folder, 'house.ply'))).gaussians.count).toBe(100)
  const failing = run(folder, 'python3', [
    example('python/scene.py'),
    'fail',
    'a.ply',
    '--url',
    url,
  ])
  await expect(failing).rejects.toThrow('expected finite numbers')
})

test('batch/batch.mjs makes a folder of requests, says what is refused, and goes on where it was', async () => {
  const { url } = await runServer()
  const folder = await newFolder()
  await cp(requests, join(folder, 'requests'), { recursive: true })
  await copyFile(example('simple_trajectory.json'), join(folder, 'requests/a.json'))
  /** What it says, one line a request in the end; it ends with 1, since one is refused. */
  const batch = async () => {
    const args = [example('batch/batch.mjs'), 'requests', 'scenes']
    const ended = await run(folder, process.execPath, args, { FLASHWORLD_URL: url }).catch(
      (error: { readonly code: number; readonly stdout: string }) => error,
    )
    expect(ended).toMatchObject({ code: 1 })
    return (ended as { readonly stdout: string }).stdout.trim().split('\n').slice(-4)
  }
  const { queue } = createClient({ url })

  const [refused, ...made] = await batch()
  expect(refused).toMatch(/^request: /)
  expect(made).toEqual(['both', 'photograph', 'sentence'].map((name) => `scenes/${name}.spz: made`))
  // one was not fetched yet: the server is asked for the scene that it has
  await rm(join(folder, 'scenes/both.spz'))
  expect((await batch()).slice(1)).toEqual([
    'scenes/both.spz: made',
    'scenes/photograph.spz: is there',
    'scenes/sentence.spz: is there',
  ])
  expect(await readdir(join(folder, 'scenes'))).toHaveLength(3)
  expect((await queue()).counts.completed).toBe(3)
})

describe('tanstack-ai/flashworld-world.ts', () => {
  test('makes a world, whose files can be fetched', async () => {
    const { url } = await runServer()
    const adapter = flashworldWorld('mini', { baseUrl: url })
    const world = await generateWorld({
      adapter,
      prompt: 'a red house on grass',
      modelOptions: { path: 'orbit-left:40', seed: 7 },
    })
    expect(world).toMatchObject({ prompt: 'a red house on grass', model: 'mini', status: 'ready' })
    const { splats, thumbnailUrl } = (world as FlashWorldResult).assets
    const names = [...Object.values(splats.spzUrls), thumbnailUrl].map((file) => basename(file))
    expect((await createClient({ url }).capabilities()).files).toEqual(
      expect.arrayContaining(names),
    )
    const spz = await (await fetch(splats.spzUrls.full_res!)).bytes()
    expect([...spz.subarray(0, 2)]).toEqual([0x1f, 0x8b])
  })

  test('a failed scene is an error, and one that is given up is cancelled', async () => {
    const { url } = await runServer()
    const adapter = flashworldWorld('mini', { baseUrl: url })
    await expect(generateWorld({ adapter, prompt: 'fail', debug: false })).rejects.toThrow(
      'finite numbers',
    )
    const { scenes } = createClient({ url })
    const newest = async () => (await scenes.list()).scenes[0]?.state
    const caller = new AbortController()
    const held = generateWorld({
      ...{ adapter, prompt: 'hold', debug: false },
      abortSignal: caller.signal,
    })
    const refused = expect(held).rejects.toThrow()
    await expect.poll(newest).toBe('running')
    caller.abort()
    await refused
    await expect.poll(newest).toBe('cancelled')
  })
})
