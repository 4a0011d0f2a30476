import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { EngineProcess, EngineRun, EngineSettings } from './engine-process.ts'
import { createEngineProcess } from './engine-process.ts'

let folder: string
let engine: EngineProcess
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flashworld-engine-'))
})
afterEach(async () => {
  await engine.unload()
  rmSync(folder, { recursive: true })
})

const open = (more: Partial<EngineSettings> = {}) => {
  engine = createEngineProcess({
    program: new URL('../../test/fake-engine.ts', import.meta.url),
    args: [],
    ...more,
  })
  return engine
}

const run = (prompt: string, more: Partial<EngineRun> = {}) =>
  engine.run(
    { request: { prompt }, image: undefined, folder },
    { signal: new AbortController().signal, budgetSeconds: 60, onMessage() {}, ...more },
  )

/** Runs until it is under way, then cancels. @returns the milliseconds that the cancel took */
async function cancelled(prompt: string) {
  const controller = new AbortController()
  const running = Promise.withResolvers<void>()
  const ended = expect(
    run(prompt, { signal: controller.signal, onMessage: () => running.resolve() }),
  ).rejects.toThrow('cancelled')
  await running.promise
  const since = performance.now()
  controller.abort(new Error('cancelled'))
  await ended
  return performance.now() - since
}

/** Runs on one process have one. */
const pid = async () => (await engine.warm()).device

test('the model is loaded once, whoever asks meanwhile, and stays for the next', async () => {
  open()
  const [first, second] = await Promise.all([pid(), pid()])
  expect(first).toBe(second)
  await expect(run('make')).resolves.toMatchObject({ gaussians: 1 })
  expect(readFileSync(join(folder, 'scene.ply'), 'utf8')).toContain('by')
  expect(await pid()).toBe(first)
})

test('a task that does not heed a cancel is ended within two seconds; the next finds a new process', async () => {
  open()
  const before = await pid()
  expect(await cancelled('hang')).toBeGreaterThan(1900)
  await expect(run('make')).resolves.toMatchObject({ gaussians: 1 })
  expect(await pid()).not.toBe(before)
})

test('one that heeds it keeps its process', async () => {
  open()
  const before = await pid()
  expect(await cancelled('wait')).toBeLessThan(1900)
  expect(await pid()).toBe(before)
})

test('past its budget a task fails with what to do about it, and the device is free', async () => {
  open({ stopMs: 100 })
  for (const prompt of ['wait', 'hang']) {
    await expect(run(prompt, { budgetSeconds: 0.1 })).rejects.toMatchObject({
      mayRetry: false,
      error: {
        code: 'job/budget',
        message: expect.stringContaining('GPU budget exceeded') as string,
        hint: expect.stringMatching(/fewer frames.*--gpu-budget/) as string,
      },
    })
  }
  await expect(run('make')).resolves.toMatchObject({ gaussians: 1 })
})

test('a process that dies may be tried again; so may a lost device, in another process', async () => {
  open()
  const first = await pid()
  await expect(run('die')).rejects.toMatchObject({
    mayRetry: true,
    error: { code: 'engine/ended' },
  })
  const second = await pid()
  await expect(run('lose')).rejects.toMatchObject({
    mayRetry: true,
    error: { code: 'engine/lost' },
  })
  const third = await pid()
  expect(new Set([first, second, third]).size).toBe(3)
})

test('what the request is to blame for is not tried again', async () => {
  open()
  await expect(run('refuse')).rejects.toMatchObject({
    mayRetry: false,
    error: { code: 'request/invalid' },
  })
})

test('one that never becomes ready is given up', async () => {
  open({ env: { FAKE_ENGINE_LOAD: 'never' }, readyMs: 300 })
  await expect(engine.warm()).rejects.toMatchObject({
    error: { message: expect.stringContaining('not ready') as string },
  })
  expect(engine.isLoaded).toBe(false)
})

test('one that cannot load says why', async () => {
  open({ env: { FAKE_ENGINE_LOAD: 'failed' } })
  await expect(engine.warm()).rejects.toMatchObject({ error: { code: 'weights/missing' } })
})

test('a start that is under way is ended at once', async () => {
  open({ env: { FAKE_ENGINE_LOAD: 'never' } })
  const warming = expect(engine.warm()).rejects.toMatchObject({ error: { code: 'engine/ended' } })
  const since = performance.now()
  await engine.unload()
  await warming
  expect(performance.now() - since).toBeLessThan(5000)
})

test('the device is freed when no work came, and only then', async () => {
  open({ idleUnloadMs: 300, env: { FAKE_ENGINE_MS: '600' } })
  await engine.warm()
  await run('make') // longer than the idle time
  expect(engine.isLoaded).toBe(true)
  await expect.poll(() => engine.isLoaded).toBe(false)
  await expect(run('make')).resolves.toMatchObject({ gaussians: 1 })
})
