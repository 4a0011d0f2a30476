import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readPly } from '@flashworld/splats'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestPostgres } from '../../../server/test/postgres.ts'
import { freePort, hasPostgres, startPostgres } from '../../../server/test/postgres.ts'

const children: ChildProcess[] = []
let postgres: TestPostgres
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flashworld-worker-'))
  if (hasPostgres) postgres = await startPostgres()
})
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  if (hasPostgres) await postgres.stop()
  await rm(folder, { recursive: true, force: true })
})

/** A command as a process that tells its lines of JSON. */
function start(...args: string[]) {
  const child = spawn(process.execPath, ['apps/cli/src/main.ts', ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk: Buffer) => (out += String(chunk)))
  child.stderr.on('data', (chunk: Buffer) => (err += String(chunk)))
  const ended = once(child, 'close').then(([code]) => code as number | null)
  const said = (key: string) =>
    expect
      .poll(() => out + (child.exitCode === null ? '' : err), { timeout: 60_000 })
      .toContain(key)
  const told = () =>
    out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, string>)
  return { child, ended, said, told }
}

test.skipIf(!hasPostgres)(
  'a worker makes the scene that a server beside it took, and both end when they are told',
  async () => {
    const shared = ['--database-url', await postgres.newDatabase(), '--data', folder]
    const server = start('serve', '--port', '0', '--max-concurrent', '0', ...shared)
    const port = await freePort()
    const worker = start(
      ...['worker', '--backend', 'wasm', '--token', 'fw_admin', '--metrics-port', `${port}`],
      ...shared,
    )
    await server.said('"url"')
    const { url } = server.told()[0]!
    const answer = await fetch(`${url}/v1/scenes`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ prompt: 'a red house', resolution: [2, 64, 96], seed: 1 }),
    })
    const { id } = (await answer.json()) as { id: string }
    // the stream ends with the scene
    const events = await (await fetch(`${url}/v1/scenes/${id}/events`)).text()
    expect(events).toContain('event: done')
    const file = await fetch(`${url}/v1/scenes/${id}/files/scene.ply`)
    const { gaussians } = await readPly(new Uint8Array(await file.arrayBuffer()))
    expect(gaussians.count).toBeGreaterThan(100)

    const ask = (path: string, headers: Record<string, string> = {}) =>
      fetch(`http://localhost:${port}${path}`, { headers })
    expect((await ask('/healthz')).status).toBe(200)
    expect(await (await ask('/readyz')).json()).toEqual({ status: 'ready' })
    expect((await ask('/metrics')).status).toBe(401)
    const measures = await (await ask('/metrics', { authorization: 'Bearer fw_admin' })).text()
    expect(measures).toContain('flashworld_attempts_total{code=""} 1')
    expect(measures).toMatch(/flashworld_engine_memory_bytes\{kind="live"\} [1-9]/)
    expect(measures).toMatch(/flashworld_engine_memory_bytes\{kind="peak"\} [1-9]/)
    expect((await ask('/v1/scenes', { authorization: 'Bearer fw_admin' })).status).toBe(404)

    for (const { child } of [server, worker]) child.kill('SIGTERM')
    expect(await Promise.all([server.ended, worker.ended])).toEqual([0, 0])
  },
)
