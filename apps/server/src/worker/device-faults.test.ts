import { setTimeout as sleep } from 'node:timers/promises'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, expect, test, vi } from 'vitest'
import type { RunningServer } from '../start.ts'
import { startServer } from '../start.ts'
import { readOptions } from '../options.ts'
import { runServer } from '../../test/run-server.ts'
import { json } from '../../test/serve.ts'

/** What a device does to a job, and what it must not do to the next. More of them are in `start.test.ts`. */

afterEach(() => void vi.unstubAllEnvs())

interface Scene {
  readonly id: string
  readonly state: string
  readonly files: readonly unknown[]
  readonly error: { readonly code: string } | null
}

const submit = async ({ url }: RunningServer, prompt: string) =>
  (await (await fetch(`${url}/v1/scenes`, json({ prompt }))).json()) as Scene
const sceneOf = async ({ url }: RunningServer, id: string) =>
  (await (await fetch(`${url}/v1/scenes/${id}`)).json()) as Scene
const ended = async (server: RunningServer, id: string) => {
  await expect
    .poll(async () => (await sceneOf(server, id)).state, { timeout: 60_000 })
    .toBeOneOf(['completed', 'failed', 'cancelled'])
  return sceneOf(server, id)
}

test('a scene of numbers that are none fails by its code, nothing of it can be had, and the next is made', async () => {
  const server = await runServer()
  const { id } = await submit(server, 'fail')
  expect(await ended(server, id)).toMatchObject({
    state: 'failed',
    error: { code: 'scene/not-finite' },
    files: [],
  })
  for (const name of ['scene.ply', 'scene.spz', 'thumbnail.webp'])
    expect((await fetch(`${server.url}/v1/scenes/${id}/files/${name}`)).status).toBe(404)
  expect((await fetch(`${server.url}/download/${id}`)).status).toBe(404)
  const next = await submit(server, 'a house')
  expect((await ended(server, next.id)).state).toBe('completed')
})

test('fifty jobs back to back leave no file and no process behind', async () => {
  const server = await runServer({ flags: { 'max-queued-per-client': '100' } })
  const warm = await submit(server, 'a house')
  await ended(server, warm.id)
  const processes = () =>
    process.getActiveResourcesInfo().filter((kind) => kind === 'ProcessWrap').length
  const before = processes()
  const scenes = await Promise.all(Array.from({ length: 50 }, () => submit(server, 'a house')))
  for (const { id } of scenes) expect((await ended(server, id)).state).toBe('completed')
  expect(processes()).toBe(before)
  await expect.poll(() => readdir(join(server.data, 'staging'))).toEqual([])
  expect(await readdir(join(server.data, 'scenes', 'parts'))).toEqual([])
})

test('while no engine loads, jobs are taken and wait, and readiness says why', async () => {
  vi.stubEnv('FAKE_ENGINE_LOAD', 'failed')
  const data = await mkdtemp(join(tmpdir(), 'flashworld-faults-'))
  const options = readOptions({ port: '0', data, drain: '0', 'min-free-disk': '0' })
  const server = await startServer(options, pino({ level: 'silent' }), {
    engineProgram: new URL('../../test/fake-engine.ts', import.meta.url),
  })
  try {
    await expect.poll(async () => (await fetch(`${server.url}/readyz`)).status).toBe(503)
    expect(await (await fetch(`${server.url}/readyz`)).json()).toEqual({
      status: 'not ready',
      reasons: ['weights/missing'],
    })
    const { id } = await submit(server, 'make')
    await sleep(3000)
    expect((await sceneOf(server, id)).state).toBe('queued')
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
  } finally {
    await server.stop(0)
    await rm(data, { recursive: true, force: true })
  }
})

test.each(['-1', '-0.001', 'NaN', '1e999', 'ten', '5 minutes'])(
  'a budget of %s is no budget',
  (budget) => {
    expect(() => readOptions({ 'gpu-budget': budget })).toThrow(/gpu-budget/)
  },
)

test('a client cannot ask for a budget', async () => {
  const server = await runServer({ flags: { 'max-concurrent': '0', 'gpu-budget': '15' } })
  for (const field of ['budget', 'budgetSeconds', 'gpu_budget']) {
    const answer = await fetch(`${server.url}/v1/scenes`, json({ prompt: 'a', [field]: 1e9 }))
    expect(answer.status).toBe(400)
  }
  const { id } = await submit(server, 'a')
  expect(await sceneOf(server, id)).toMatchObject({ budgetSeconds: 15 })
})
