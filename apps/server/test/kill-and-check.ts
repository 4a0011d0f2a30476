// A small Jepsen: submits jobs by HTTP while the processes that serve, work and store are killed at random, then checks
// what clients were told and what workers recorded against what the database and the folder hold in the end.
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openFolderStore } from '../src/artifacts/folder/folder-store.ts'
import { placeOf } from '../src/artifacts/store.ts'
import { openPostgres } from '../src/queue/postgres/database.ts'
import { defaultPolicy } from '../src/queue/queue.ts'
import { createSqlQueue } from '../src/queue/sql-queue.ts'
import { openSqlite } from '../src/queue/sqlite/database.ts'
import { createStagingSweeper, createSweeper } from '../src/retention/sweep.ts'
import { childrenOf, freePort, killIfThere, startPostgres } from './postgres.ts'

export interface KillPlan {
  readonly engine: 'sqlite' | 'postgres'
  readonly jobs: number
  /** Of each kind. */
  readonly kills: number
  /** Between two kills on average. */
  readonly everyMs?: number
}

export interface KillReport {
  readonly acknowledged: number
  readonly completed: number
  readonly kills: Readonly<Record<string, number>>
  /** Attempts that began. */
  readonly started: number
  /** Attempts whose scene was made though another's was published. */
  readonly madeInVain: number
  readonly problems: readonly string[]
}

/** One line of what workers and engines wrote. */
interface Line {
  readonly type: string
  readonly job?: string
  readonly attempt?: number
}

const program = fileURLToPath(new URL('./process.ts', import.meta.url))

/** A process that comes back whenever it is killed, as under a supervisor. */
class Supervised {
  readonly #args: readonly string[]
  #child: ChildProcess | undefined
  #isOver = false

  readonly #engineMs: number

  constructor(args: readonly string[], engineMs: number) {
    this.#args = args
    this.#engineMs = engineMs
    void this.#keep()
  }

  get pid() {
    return this.#child?.pid
  }

  async #keep() {
    while (!this.#isOver) {
      const child = spawn(process.execPath, [program, ...this.#args], {
        stdio: ['ignore', 'ignore', process.env.KILLS_DEBUG ? 'inherit' : 'ignore'],
        env: { ...process.env, FAKE_ENGINE_MS: String(this.#engineMs), LEASE_MS: '3000' },
      })
      this.#child = child
      await once(child, 'exit')
      await sleep(100)
    }
  }

  kill() {
    this.#child?.kill('SIGKILL')
  }

  /** Kills the engine's process that it started. */
  killEngine() {
    const [engine] = childrenOf(this.#child?.pid)
    if (engine !== undefined) killIfThere(engine)
  }

  async end() {
    this.#isOver = true
    const child = this.#child!
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
}

export async function killAndCheck({
  engine,
  jobs,
  kills,
  everyMs = 1500,
}: KillPlan): Promise<KillReport> {
  const data = mkdtempSync(join(tmpdir(), 'flashworld-kills-'))
  const history = join(data, 'history.jsonl')
  const postgres = engine === 'postgres' ? await startPostgres() : undefined
  const url = await postgres?.newDatabase()
  const ports = await Promise.all((postgres ? [0, 1] : [0]).map(freePort))
  const more = url === undefined ? [] : [url]
  // as long as the killing lasts
  const engineMs = Math.round((kills * everyMs * (postgres ? 9 : 2)) / jobs)
  const servers = ports.map(
    (port) => new Supervised(['serve', data, history, String(port), ...more], engineMs),
  )
  const workers = postgres
    ? [0, 1, 2].map(() => new Supervised(['work', data, history, '0', ...more], engineMs))
    : []
  const pick = <T>(of: readonly T[]) => of[Math.floor(Math.random() * of.length)]!
  const faults: Readonly<Record<string, () => unknown>> = postgres
    ? {
        worker: () => pick(workers).kill(),
        server: () => pick(servers).kill(),
        postgres: () => postgres.killAndRestart(),
      }
    : { process: () => servers[0]!.kill(), engine: () => servers[0]!.killEngine() }

  const done = new AbortController()
  const acknowledged = new Map<string, string>()
  try {
    const [killed] = await Promise.all([
      killAtRandom(faults, { kills, everyMs, signal: done.signal }),
      submitAll(ports, jobs, acknowledged),
    ])
    await waitForAll(ports, acknowledged)
    await Promise.all([...servers, ...workers].map((one) => one.end()))
    const problems = await check(data, url, { acknowledged, lines: linesOf(history) })
    return { kills: killed, ...problems }
  } finally {
    done.abort()
    await Promise.all([...servers, ...workers].map((one) => one.end()))
    await postgres?.stop()
    rmSync(data, { recursive: true, force: true })
  }
}

/** Each fault so often, in a random order, at random times. */
async function killAtRandom(
  faults: Readonly<Record<string, () => unknown>>,
  {
    kills,
    everyMs,
    signal,
  }: { readonly kills: number; readonly everyMs: number; readonly signal: AbortSignal },
) {
  const order = Object.keys(faults)
    .flatMap((name) => Array.from({ length: kills }, () => name))
    .map((name) => ({ name, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
  const killed: Record<string, number> = {}
  await sleep(everyMs)
  for (const { name } of order) {
    if (signal.aborted) break
    await faults[name]!()
    killed[name] = (killed[name] ?? 0) + 1
    await sleep(Math.random() * 2 * everyMs)
  }
  return killed
}

/** Asks until an answer comes, now of one server, now of another. */
async function ask(
  ports: readonly number[],
  path: string,
  init: RequestInit = {},
): Promise<{ status: number; body: unknown }> {
  for (let tries = 0; ; tries++) {
    const port = ports[tries % ports.length]!
    try {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, {
        ...init,
        signal: AbortSignal.timeout(20_000),
      })
      if (response.status < 500) return { status: response.status, body: await response.json() }
    } catch {
      // it is down just now
    }
    if (tries > 600) throw new Error(`${path}: no server answers`)
    await sleep(100)
  }
}

const cameras = [0, 1].map((x) => ({
  ...{ position: [x, 0, 0], quaternion: [1, 0, 0, 0] },
  ...{ fx: 64, fy: 64, cx: 32, cy: 32 },
}))

/** A job counts from the moment that a client was told of it; the key makes asking again safe. */
async function submitAll(
  ports: readonly number[],
  jobs: number,
  acknowledged: Map<string, string>,
) {
  const waiting = Array.from({ length: jobs }, (_, i) => `key-${i}`)
  const client = async (own: readonly number[]) => {
    for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
      const { status, body } = await ask(own, '/v1/scenes', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify({ prompt: 'make', cameras, resolution: [2, 64, 64], seed: 1 }),
      })
      if (status !== 200 && status !== 202) throw new Error(`submit: ${JSON.stringify(body)}`)
      acknowledged.set(key, (body as { id: string }).id)
    }
  }
  await Promise.all([ports, [...ports].reverse(), ports, [...ports].reverse()].map(client))
}

async function waitForAll(ports: readonly number[], acknowledged: ReadonlyMap<string, string>) {
  for (const id of acknowledged.values()) {
    for (;;) {
      const { status, body } = await ask(ports, `/v1/scenes/${id}`)
      if (status === 404 || (body as { endedAt: string | null }).endedAt !== null) break
      await sleep(200)
    }
  }
}

function linesOf(history: string): readonly Line[] {
  const text = existsSync(history) ? readFileSync(history, 'utf8') : ''
  // a killed process may leave half a line
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as Line]
    } catch {
      return []
    }
  })
}

/** What clients were told and workers wrote, against what is there. */
async function check(
  data: string,
  url: string | undefined,
  {
    acknowledged,
    lines,
  }: { readonly acknowledged: ReadonlyMap<string, string>; readonly lines: readonly Line[] },
) {
  const database = url === undefined ? openSqlite(join(data, 'queue.sqlite')) : openPostgres(url)
  const queue = await createSqlQueue(database, defaultPolicy)
  const artifacts = await openFolderStore(join(data, 'scenes'))
  const problems: string[] = []
  const of = (type: string, job: string) =>
    lines.filter((line) => line.type === type && line.job === job)
  try {
    let completed = 0
    const ids = new Set(acknowledged.values())
    if (ids.size !== acknowledged.size) problems.push('two keys have one job')
    for (const id of ids) {
      const job = await queue.get(id)
      if (!job) problems.push(`${id}: lost`)
      else if (job.state !== 'completed') problems.push(`${id}: ${job.state}`)
      else {
        completed++
        const names = (await artifacts.list(placeOf(id, job.attempt))).map(({ name }) => name)
        if (!names.includes('scene.ply')) problems.push(`${id}: published without its scene`)
        const stream = await artifacts.open(placeOf(id, job.attempt), 'scene.ply')
        const scene = Buffer.concat((await stream.toArray()) as Buffer[]).toString()
        if (!scene.includes(`${id}.${job.attempt} by`)) problems.push(`${id}: another attempt's`)
        const told = await queue.events(id, 0)
        const ends = told.filter(({ type }) => type === 'done').length
        if (ends !== 1) problems.push(`${id}: published ${ends} times`)
        if (told.some(({ seq }, i) => seq !== i + 1)) problems.push(`${id}: events out of order`)
        const attempts = new Set(of('completed', id).map(({ attempt }) => attempt))
        if (attempts.size > 1) problems.push(`${id}: workers published ${attempts.size} attempts`)
        for (const attempt of attempts)
          if (attempt !== job.attempt) problems.push(`${id}: another attempt was published`)
      }
    }
    const { counts } = await queue.statistics()
    const total = Object.values(counts).reduce((sum, count) => sum + count, 0)
    if (total !== ids.size) problems.push(`${total} jobs are known, ${ids.size} were asked for`)

    const day = 86_400_000
    const retention = { keepMs: day, rememberMs: day, quotaBytes: Infinity, youngMs: 0 }
    await createSweeper(queue, artifacts, retention).sweep()
    await createStagingSweeper(queue, join(data, 'staging'), 0)()
    for await (const { id, places } of artifacts.jobs()) {
      const job = await queue.get(id)
      for (const { place } of places) {
        if (place !== placeOf(id, job?.attempt ?? -1)) problems.push(`${place}: orphaned`)
      }
    }
    for (const part of await artifacts.parts()) problems.push(`${part}: half a file is left`)
    for (const name of readdirSync(join(data, 'staging'))) problems.push(`${name}: staging is left`)
    return {
      acknowledged: ids.size,
      completed,
      started: lines.filter(({ type, job }) => type === 'started' && job !== undefined).length / 2,
      madeInVain: lines.filter(({ type }) => type === 'made').length - completed,
      problems,
    }
  } finally {
    await queue.close()
  }
}
