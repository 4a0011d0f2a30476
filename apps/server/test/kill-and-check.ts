// A small Jepsen: submits jobs by HTTP while the processes that serve, work and store are killed at random, then checks
// what clients were told and what workers recorded against what the database and the folder hold in the end.
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
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
  /** How long a worker is not heard of before it is taken for dead. */
  readonly leaseMs?: number
}

export interface KillReport {
  readonly acknowledged: number
  readonly completed: number
  readonly kills: Readonly<Record<string, number>>
  /** Kills that hit a job in the middle: of its worker, or of what its worker speaks to. */
  readonly inMidJob: Readonly<Record<string, number>>
  /** Seconds from the death of a job's worker to the job's start elsewhere. */
  readonly takeover: { readonly jobs: number; readonly median: number; readonly most: number }
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

  readonly #env: Readonly<Record<string, string>>

  constructor(args: readonly string[], env: Readonly<Record<string, string>>) {
    this.#args = args
    this.#env = env
    void this.#keep()
  }

  get pid() {
    return this.#child?.pid
  }

  async #keep() {
    while (!this.#isOver) {
      const child = spawn(process.execPath, [program, ...this.#args], {
        stdio: ['ignore', 'ignore', process.env.KILLS_DEBUG ? 'inherit' : 'ignore'],
        env: { ...process.env, ...this.#env },
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
  leaseMs = 3000,
}: KillPlan): Promise<KillReport> {
  const data = mkdtempSync(join(tmpdir(), 'flashworld-kills-'))
  const history = join(data, 'history.jsonl')
  const postgres = engine === 'postgres' ? await startPostgres() : undefined
  const url = await postgres?.newDatabase()
  const ports = await Promise.all((postgres ? [0, 1] : [0]).map(freePort))
  const more = url === undefined ? [] : [url]
  // there is work for as long as the killing lasts, so that kills hit jobs in the middle
  const engineMs = Math.round((kills * everyMs * (postgres ? 18 : 6)) / jobs)
  const env = { FAKE_ENGINE_MS: String(engineMs), LEASE_MS: String(leaseMs) }
  const servers = ports.map(
    (port) => new Supervised(['serve', data, history, String(port), ...more], env),
  )
  const workers = postgres
    ? [0, 1, 2].map(() => new Supervised(['work', data, history, '0', ...more], env))
    : []
  const pick = <T>(of: readonly T[]) => of[Math.floor(Math.random() * of.length)]!
  const held = openHeld(data, url)
  const jobsOf = (victim?: Supervised) => held.by(victim?.pid)
  const anyServer = async () => ({ jobs: await jobsOf(), kill: () => pick(servers).kill() })
  const faults: Readonly<Record<string, Aim>> = postgres
    ? {
        async worker() {
          const victim = pick(workers)
          return { jobs: await jobsOf(victim), kill: () => victim.kill() }
        },
        server: anyServer,
        postgres: async () => ({ jobs: await jobsOf(), kill: () => postgres.killAndRestart() }),
      }
    : {
        process: anyServer,
        engine: async () => ({ jobs: await jobsOf(), kill: () => servers[0]!.killEngine() }),
      }
  /** Faults after which a job has no worker. */
  const deadly = ['worker', 'process', 'engine']

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
    const orphaned = killed.flatMap(({ name, jobs, at }) =>
      deadly.includes(name) ? jobs.map((job) => ({ job, at })) : [],
    )
    return {
      kills: countBy(killed),
      inMidJob: countBy(killed.filter(({ jobs }) => jobs.length > 0)),
      takeover: await takeovers(data, url, orphaned),
      ...problems,
    }
  } finally {
    done.abort()
    await held.close()
    await Promise.all([...servers, ...workers].map((one) => one.end()))
    await postgres?.stop()
    rmSync(data, { recursive: true, force: true })
  }
}

/** Looks for something to kill, and what it would hit in the middle. */
type Aim = () => Promise<{ readonly jobs: readonly string[]; readonly kill: () => unknown }>

interface Killed {
  readonly name: string
  readonly jobs: readonly string[]
  /** Milliseconds since 1970. */
  readonly at: number
}

const countBy = (killed: readonly Killed[]) => {
  const counts: Record<string, number> = {}
  for (const { name } of killed) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

/** How long a kill that is to hit a job waits for one: what was killed before takes its time to start. */
const mostAimMs = 20_000

/** Each fault so often, in a random order, at random times; every second one waits until it hits a job in the middle. */
async function killAtRandom(
  faults: Readonly<Record<string, Aim>>,
  {
    kills,
    everyMs,
    signal,
  }: { readonly kills: number; readonly everyMs: number; readonly signal: AbortSignal },
): Promise<readonly Killed[]> {
  const order = Object.keys(faults)
    .flatMap((name) => Array.from({ length: kills }, () => name))
    .map((name) => ({ name, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
  const killed: Killed[] = []
  await sleep(everyMs)
  for (const [i, { name }] of order.entries()) {
    if (signal.aborted) break
    const until = performance.now() + (i % 2 === 0 ? mostAimMs : 0)
    let aimed = await faults[name]!()
    while (aimed.jobs.length === 0 && performance.now() < until) {
      await sleep(20)
      aimed = await faults[name]!()
    }
    killed.push({ name, jobs: aimed.jobs, at: Date.now() })
    await aimed.kill()
    await sleep(Math.random() * 2 * everyMs)
  }
  return killed
}

/** What runs, as the database has it, read beside the processes under test. */
function openHeld(data: string, url: string | undefined) {
  const database = url === undefined ? undefined : openPostgres(url)
  const file = join(data, 'queue.sqlite')
  const ask = async () => {
    const sql = `SELECT id, worker FROM jobs WHERE state = 'running'`
    if (database) return database.query(sql)
    if (!existsSync(file)) return []
    const sqlite = new DatabaseSync(file, { readOnly: true })
    try {
      return sqlite.prepare(sql).all()
    } finally {
      sqlite.close()
    }
  }
  return {
    /** The jobs of a process's workers, or of all. */
    async by(pid?: number): Promise<readonly string[]> {
      // it may be down, or have no tables yet
      const rows = await ask().catch(() => [])
      return rows
        .filter(({ worker }) => pid === undefined || String(worker).startsWith(`${pid}.`))
        .map(({ id }) => String(id))
    },
    close: async () => database?.close(),
  }
}

/** How soon jobs whose workers died ran elsewhere; those that had ended in that moment are left out. */
async function takeovers(
  data: string,
  url: string | undefined,
  orphaned: readonly { readonly job: string; readonly at: number }[],
) {
  const database = url === undefined ? openSqlite(join(data, 'queue.sqlite')) : openPostgres(url)
  const queue = await createSqlQueue(database, defaultPolicy)
  const seconds: number[] = []
  for (const { job, at } of orphaned) {
    const after = (await queue.events(job, 0)).filter((event) => event.at > at)
    const next = after.find(({ type }) => type === 'started' || type === 'done')
    if (next?.type === 'started') seconds.push((next.at - at) / 1000)
  }
  await queue.close()
  seconds.sort((a, b) => a - b)
  return {
    jobs: seconds.length,
    median: seconds[Math.floor(seconds.length / 2)] ?? 0,
    most: seconds.at(-1) ?? 0,
  }
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
