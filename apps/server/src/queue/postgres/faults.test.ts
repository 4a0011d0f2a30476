import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import type { Server, Socket } from 'node:net'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { TestPostgres } from '../../../test/postgres.ts'
import { hasPostgres, startPostgres } from '../../../test/postgres.ts'
import { runServer } from '../../../test/run-server.ts'
import { codeOf, json } from '../../../test/serve.ts'

let postgres: TestPostgres
let url: string
beforeAll(async () => {
  if (!hasPostgres) return
  postgres = await startPostgres()
  url = await postgres.newDatabase()
})
afterAll(() => postgres?.stop())

/** As the database's owner. */
async function command(...statements: readonly string[]) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  for (const statement of statements) await client.query(statement)
  await client.end()
}

const submit = (server: string) => fetch(`${server}/v1/scenes`, json({ prompt: 'a house' }))

/** Whoever is connected has to connect anew. */
const hangUp = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'lesser'`

describe.skipIf(!hasPostgres)('a database that', () => {
  test.each([
    [
      'takes no writes',
      'ALTER ROLE lesser SET default_transaction_read_only = on',
      'ALTER ROLE lesser RESET default_transaction_read_only',
    ],
    [
      'is not for us any more',
      'REVOKE ALL ON ALL TABLES IN SCHEMA public FROM lesser',
      'GRANT ALL ON ALL TABLES IN SCHEMA public TO lesser',
    ],
    [
      'has no connection left',
      'ALTER ROLE lesser CONNECTION LIMIT 0',
      'ALTER ROLE lesser CONNECTION LIMIT -1',
    ],
  ])('%s is said by 503, and passes by itself', async (_, fault, mend) => {
    // tables are the owner's: made by a server that may, used by one who may only use them
    await runServer({ flags: { 'database-url': url, 'max-concurrent': '0' } })
    await command(
      `DO $$ BEGIN CREATE ROLE lesser LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$`,
      'GRANT ALL ON SCHEMA public TO lesser',
      'GRANT ALL ON ALL TABLES IN SCHEMA public TO lesser',
    )
    const server = await runServer({
      flags: { 'database-url': url.replace('test@', 'lesser@'), 'max-concurrent': '0' },
    })
    const ready = async () => {
      const answer = await fetch(`${server.url}/readyz`)
      return [answer.status, await answer.json()]
    }
    expect(await ready()).toEqual([200, { status: 'ready' }])
    await command(fault, hangUp)
    await expect.poll(ready).toEqual([503, { status: 'not ready', reasons: ['queue/unreachable'] }])
    const refused = await submit(server.url)
    expect([refused.status, await codeOf(refused)]).toEqual([503, 'queue/unreachable'])
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
    await command(mend, hangUp)
    await expect.poll(ready).toEqual([200, { status: 'ready' }])
    expect((await submit(server.url)).status).toBe(202)
  })

  test('rings no bells any more is looked at all the same', async () => {
    const { port, stop } = await deafLine(Number(new URL(url).port))
    onTestFinished(stop)
    const asks = await runServer({ flags: { 'database-url': url, 'max-concurrent': '0' } })
    const works = await runServer({
      flags: { 'database-url': url.replace(/:\d+/, `:${port}`), 'max-running-per-client': '9' },
    })
    await works.device
    const { id } = (await (await submit(asks.url)).json()) as { id: string }
    const state = async () =>
      ((await (await fetch(`${asks.url}/v1/scenes/${id}`)).json()) as { state: string }).state
    await expect.poll(state).toBe('completed')
  })
})

test.skipIf(!hasPostgres)(
  'a process that was frozen in the midst of a transaction holds nobody up for long',
  async () => {
    const database = await postgres.newDatabase()
    const server = await runServer({ flags: { 'database-url': database, 'max-concurrent': '0' } })
    const program = fileURLToPath(new URL('../../../test/frozen-transaction.ts', import.meta.url))
    const frozen = spawn(process.execPath, [program, database], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    onTestFinished(() => void frozen.kill('SIGKILL'))
    await once(frozen.stdout, 'data')
    expect((await submit(server.url)).status).toBe(202)
    frozen.kill('SIGCONT')
    expect(String(await once(frozen.stdout, 'data'))).toBe('queue/unreachable\n')
    expect(await once(frozen, 'exit')).toEqual([0, null])
  },
)

test.skipIf(!hasPostgres)(
  'a worker that was frozen publishes nothing once another has the job',
  async () => {
    const database = await postgres.newDatabase()
    const policy = { leaseMs: 2000 }
    const server = await runServer({
      flags: { 'database-url': database, 'max-concurrent': '0' },
      parts: { policy },
    })
    const program = fileURLToPath(new URL('../../../test/process.ts', import.meta.url))
    const work = async () => {
      const history = join(server.data, 'history.jsonl')
      const child = spawn(
        process.execPath,
        [program, 'work', server.data, history, '0', database],
        {
          env: { ...process.env, FAKE_ENGINE_MS: '4000', LEASE_MS: String(policy.leaseMs) },
          stdio: ['ignore', 'pipe', 'ignore'],
        },
      )
      onTestFinished(() => void child.kill('SIGKILL'))
      await once(child.stdout, 'data')
      return child
    }
    const frozen = await work()
    const { id } = (await (await submit(server.url)).json()) as { id: string }
    const state = async () =>
      ((await (await fetch(`${server.url}/v1/scenes/${id}`)).json()) as { state: string }).state
    await expect.poll(state).toBe('running')
    frozen.kill('SIGSTOP')
    await work()
    await expect.poll(state, { timeout: 60_000 }).toBe('completed')
    const scene = await (await fetch(`${server.url}/v1/scenes/${id}/files/scene.ply`)).text()
    frozen.kill('SIGCONT')
    await sleep(4000)
    expect(await (await fetch(`${server.url}/v1/scenes/${id}/files/scene.ply`)).text()).toBe(scene)
    const events = await (await fetch(`${server.url}/v1/scenes/${id}/events`)).text()
    expect(events.match(/event: (started|done)/g)).toEqual([
      ...['event: started', 'event: started', 'event: done'],
    ])
    await expect.poll(() => readdir(join(server.data, 'scenes', id))).toEqual(['2'])
  },
)

/** A line to the database that is half open for whoever listens: notifications do not come, and nobody hangs up. */
async function deafLine(to: number): Promise<{ port: number; stop(): void }> {
  const sockets: Socket[] = []
  const line: Server = createServer((near) => {
    const far = connect(to, '127.0.0.1')
    sockets.push(near, far)
    let isListening = false
    near.on('data', (chunk) => {
      isListening ||= chunk.includes('LISTEN')
      far.write(chunk)
    })
    far.on('data', (chunk) => {
      // the answer to LISTEN passes, then silence
      if (!isListening || !chunk.includes('flashworld')) near.write(chunk)
    })
    for (const [a, b] of [
      [near, far],
      [far, near],
    ] as const)
      a.on('close', () => b.destroy()).on('error', () => {})
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => line.once('listening', resolve))
  return {
    port: (line.address() as { port: number }).port,
    stop() {
      line.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
