import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { FastifyBaseLogger } from 'fastify'
import type { RunningServer } from './index.ts'
import { readOptions, startServer, startWorkers } from './index.ts'

const silent = () => {}
let told: string[] = []
const log = {
  ...{ level: 'info', info: (_: unknown, message: string) => told.push(message) },
  ...{ warn: silent, error: silent, fatal: silent },
  ...{ debug: silent, trace: silent, silent, child: () => log },
} as unknown as FastifyBaseLogger

const engineProgram = new URL('../test/fake-engine.ts', import.meta.url)

let data: string
let server: RunningServer | undefined
beforeEach(() => {
  told = []
  data = mkdtempSync(join(tmpdir(), 'flashworld-start-'))
})
afterEach(async () => {
  await server?.stop(0)
  server = undefined
  rmSync(data, { recursive: true, force: true })
})

const serve = async (flags: Record<string, string> = {}) => {
  const options = readOptions({ data, port: '0', host: '127.0.0.1', ...flags })
  server = await startServer(options, log, { engineProgram })
  return server
}

interface Scene {
  readonly id: string
  readonly state: string
  readonly error: { readonly code: string; readonly message: string } | null
}

const cameras = [0, 1].map((x) => ({
  ...{ position: [x, 0, 0], quaternion: [1, 0, 0, 0] },
  ...{ fx: 64, fy: 64, cx: 32, cy: 32 },
}))

const submit = async (prompt: string) => {
  const response = await fetch(`${server!.url}/v1/scenes`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ prompt, cameras, resolution: [2, 64, 64], seed: 1 }),
  })
  return { status: response.status, body: (await response.json()) as Scene }
}

const sceneOf = async (id: string) =>
  (await (await fetch(`${server!.url}/v1/scenes/${id}`)).json()) as Scene

const untilState = async (id: string, ...states: string[]) => {
  await expect.poll(async () => (await sceneOf(id)).state, { timeout: 60_000 }).toBeOneOf(states)
  return sceneOf(id)
}

const eventsOf = async (id: string) => {
  const text = await (await fetch(`${server!.url}/v1/scenes/${id}/events`)).text()
  return [...text.matchAll(/^event: (.*)$/gm)].map(([, type]) => type)
}

test('a lost device is tried again once, and the job is done', async () => {
  await serve()
  const { body } = await submit('lose-once')
  expect(await untilState(body.id, 'completed', 'failed')).toMatchObject({ state: 'completed' })
  expect((await eventsOf(body.id)).filter((type) => type === 'retry')).toHaveLength(1)
})

test('a job that ends its process three times has failed, and the next is made', async () => {
  await serve()
  const { body } = await submit('die')
  expect(await untilState(body.id, 'failed')).toMatchObject({ error: { code: 'engine/ended' } })
  expect((await eventsOf(body.id)).filter((type) => type === 'started')).toHaveLength(3)
  const { body: next } = await submit('make')
  await untilState(next.id, 'completed')
})

test('a job past its budget has failed, and the next is made', async () => {
  await serve({ 'gpu-budget': '0.2' })
  const { body } = await submit('hang')
  expect((await untilState(body.id, 'failed')).error).toMatchObject({
    code: 'job/budget',
    message: expect.stringContaining('GPU budget exceeded') as string,
  })
  const { body: next } = await submit('make')
  await untilState(next.id, 'completed')
})

test('a cancel ends a running job that does not heed it within two seconds of the device', async () => {
  await serve()
  const { body } = await submit('hang')
  await untilState(body.id, 'running')
  const cancel = () => fetch(`${server!.url}/v1/scenes/${body.id}/cancel`, { method: 'POST' })
  expect((await cancel()).status).toBe(200)
  expect((await sceneOf(body.id)).state).toBe('cancelled')
  expect((await cancel()).status).toBe(200)
  const { body: next } = await submit('make')
  await untilState(next.id, 'completed')
})

test('told to stop, it hands back what is not done in time; started again, it goes on', async () => {
  await serve()
  const { body } = await submit('wait-once')
  await untilState(body.id, 'running')
  await server!.stop(0.1)
  await serve()
  expect(await untilState(body.id, 'completed', 'failed')).toMatchObject({ state: 'completed' })
  expect(await eventsOf(body.id)).not.toContain('retry')
})

test('told to stop a second time, it waits for nothing', async () => {
  await serve()
  const { body } = await submit('hang')
  await untilState(body.id, 'running')
  const first = server!.stop(60)
  const since = performance.now()
  await server!.stop(0)
  await first
  expect(performance.now() - since).toBeLessThan(20_000)
})

test('on a nearly full disk no job is accepted, and what is there can be read', async () => {
  const { url } = await serve({ 'min-free-disk': '1000000t' })
  const { status, body } = await submit('make')
  expect([status, body.error?.code]).toEqual([503, 'queue/disk-full'])
  expect((await fetch(`${url}/v1/scenes`)).status).toBe(200)
})

test('a second server in one folder is refused', async () => {
  await serve()
  const options = readOptions({ data, port: '0', host: '127.0.0.1' })
  await expect(startServer(options, log, { engineProgram })).rejects.toMatchObject({
    code: 'data/locked',
    message: expect.stringContaining(String(process.pid)) as string,
  })
})

test('a server that cannot listen leaves its folder to the next', async () => {
  const { url } = await serve()
  const other = mkdtempSync(join(tmpdir(), 'flashworld-start-'))
  const taken = readOptions({ data: other, port: new URL(url).port, host: '127.0.0.1' })
  await expect(startServer(taken, log, { engineProgram })).rejects.toThrow('EADDRINUSE')
  const free = readOptions({ data: other, port: '0', host: '127.0.0.1' })
  await (await startServer(free, log, { engineProgram })).stop(0)
  rmSync(other, { recursive: true })
})

test('workers of their own need a database that they can share', async () => {
  await expect(startWorkers(readOptions({ data }), log)).rejects.toMatchObject({
    code: 'options/invalid',
  })
})

test('an unloaded device is loaded again by a job, and by nothing else', async () => {
  const { url } = await serve({ 'idle-unload': '1s' })
  const loads = () => told.filter((message) => message === 'warm').length
  const { body } = await submit('make')
  await untilState(body.id, 'completed')
  await new Promise((resolve) => setTimeout(resolve, 1500))
  await Promise.all(['/healthz', '/readyz', '/v1/scenes'].map((path) => fetch(url + path)))
  await new Promise((resolve) => setTimeout(resolve, 1500))
  const before = loads()
  expect(before).toBe(1)
  const { body: next } = await submit('make')
  await untilState(next.id, 'completed')
  expect(loads()).toBe(2)
})
