// What the server bears on this machine while scenes are made beside it on the CPU:
//   node bench/server-load.ts status       2,000 looks at scenes a second, with and without a generation
//   node bench/server-load.ts listeners    1,000 listeners on one scene, who all hear its end
//   node bench/server-load.ts queue        10,000 queued scenes: how fast they are taken, how fast their places are told
//   node bench/server-load.ts steps        what the queue's own steps take at 100, 1,000 and 10,000 queued
//   node bench/server-load.ts memory 600   memory over so many seconds of looking, listening, making and removing
// `PROFILE=folder` writes a CPU profile of the server there.
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Claim } from '../apps/server/src/queue/queue.ts'
import { defaultPolicy } from '../apps/server/src/queue/queue.ts'
import { createSqlQueue } from '../apps/server/src/queue/sql-queue.ts'
import { openSqlite } from '../apps/server/src/queue/sqlite/database.ts'
import type { LoadReport } from './open-load.ts'
import { getText, openLoad, postText } from './open-load.ts'

const program = fileURLToPath(new URL('../apps/server/test/real-server.ts', import.meta.url))

interface Server {
  readonly port: number
  readonly pid: number
  stop(): Promise<void>
}

/** A server on the CPU's engine, with a queue as deep as is asked of it. */
async function startServer(flags: Readonly<Record<string, string>> = {}): Promise<Server> {
  const data = mkdtempSync(join(tmpdir(), 'flashworld-load-'))
  const profile = process.env.PROFILE
  const child: ChildProcess = spawn(
    process.execPath,
    [
      ...(profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profile]),
      program,
      JSON.stringify({
        ...{
          port: '0',
          data,
          backend: 'wasm',
          drain: '0',
          'rate-limit': '0',
          'min-free-disk': '0',
        },
        ...{ 'max-queued': '20000', 'max-queued-per-client': '20000', ...flags },
      }),
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  )
  const [line] = (await once(child.stdout!, 'data')) as [Buffer]
  const [, port] = /:(\d+)/.exec(String(line))!
  return {
    port: Number(port),
    pid: child.pid!,
    async stop() {
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      await gone
      rmSync(data, { recursive: true, force: true })
    },
  }
}

const scene = { prompt: 'a red house on grass', seed: 1 }

async function call(port: number, path: string, init?: RequestInit): Promise<unknown> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, init)
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return answer.status === 204 ? undefined : answer.json()
}

interface Scene {
  readonly id: string
  readonly state: string
}

const submit = (port: number, more: object = {}) =>
  call(port, '/v1/scenes', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...scene, ...more }),
  }) as Promise<Scene>

async function ended(port: number, id: string): Promise<Scene> {
  for (;;) {
    const found = (await call(port, `/v1/scenes/${id}`)) as Scene
    if (!['queued', 'running'].includes(found.state)) return found
    await sleep(100)
  }
}

/** Makes one scene after another until it is told to stop; answers how many, and the seconds of each. */
async function generating(port: number, signal: AbortSignal) {
  const began = performance.now()
  let scenes = 0
  for (; !signal.aborted; scenes++) {
    const { id } = await submit(port)
    await ended(port, id)
  }
  return scenes === 0 ? NaN : (performance.now() - began) / 1000 / scenes
}

const residentMb = (pid: number) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024

/** Milliseconds of CPU that a process has taken, in ticks of ten. */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}

const load = () => loadavg()[0]!.toFixed(1)

function table(rows: readonly Readonly<Record<string, string | number>>[]) {
  const columns = Object.keys(rows[0]!)
  console.log(`| ${columns.join(' | ')} |`)
  console.log(`|${columns.map(() => '---').join('|')}|`)
  for (const row of rows) console.log(`| ${columns.map((column) => row[column]).join(' | ')} |`)
}

const ms = (value: number) => value.toFixed(value < 10 ? 1 : 0)

const asRow = (what: string, { statuses, perSecond, latencies }: LoadReport) => ({
  what,
  'answers/s': Math.round(perSecond),
  statuses: JSON.stringify(statuses).replaceAll('"', ''),
  'p50 ms': ms(latencies.p50),
  'p99 ms': ms(latencies.p99),
  'most ms': ms(latencies.most),
})

async function status(rate: number, seconds: number) {
  const server = await startServer()
  const { port, pid } = server
  const rows = []
  try {
    const done = await submit(port)
    await ended(port, done.id)
    const looks = async (what: string, path: (i: number) => string) => {
      const before = cpuMs(pid)
      const request = (i: number) => getText(path(i))
      const report = await openLoad({ port, rate, seconds, connections: 100, request })
      const each = (cpuMs(pid) - before) / report.sent
      return { ...asRow(what, report), 'CPU ms each': each.toFixed(3) }
    }
    const looksAtDone = (what: string) => looks(what, () => `/v1/scenes/${done.id}`)
    await looksAtDone('warm')
    rows.push(await looksAtDone('a completed scene'))
    const stop = new AbortController()
    const made = generating(port, stop.signal)
    const waiting = await Promise.all(Array.from({ length: 100 }, () => submit(port)))
    await sleep(1000)
    const before = load()
    rows.push(
      await looks(
        'queued scenes, while scenes are made',
        (i) => `/v1/scenes/${waiting[50 + (i % 50)]!.id}`,
      ),
      await looks('/v1/queue, the same', () => '/v1/queue'),
    )
    for (const { id } of waiting) await call(port, `/v1/scenes/${id}`, { method: 'DELETE' })
    rows.push(
      await looksAtDone('a completed scene, the same'),
      await looks('/healthz, the same', () => '/healthz'),
    )
    stop.abort()
    console.log(`load before ${before}, after ${load()}; a scene took ${(await made).toFixed(1)} s`)
  } finally {
    await server.stop()
  }
  table(rows)
}

/** Opens a stream of events; tells when it begins, what ended it and when. */
function listen(port: number, id: string) {
  const begun = Promise.withResolvers<void>()
  const over = Promise.withResolvers<{ readonly end: string | undefined; readonly at: number }>()
  let heard = ''
  const socket = connect(port, '127.0.0.1', () => socket.write(getText(`/v1/scenes/${id}/events`)))
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    heard += chunk
    if (heard.includes('event: queued')) begun.resolve()
    const [, end] = /event: (done|failed|cancelled)\n/.exec(heard) ?? []
    if (end === undefined) return
    over.resolve({ end, at: performance.now() })
    socket.destroy()
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    begun.resolve()
    over.resolve({ end: undefined, at: performance.now() })
  })
  return { begun: begun.promise, over: over.promise }
}

async function listeners(count: number) {
  const server = await startServer()
  const { port, pid } = server
  try {
    const first = await submit(port)
    await ended(port, first.id)
    const before = residentMb(pid)
    const stop = new AbortController()
    const made = generating(port, stop.signal)
    const long = await submit(port, { resolution: [24, 128, 192] })
    const began = performance.now()
    const ears = Array.from({ length: count }, () => listen(port, long.id))
    await Promise.all(ears.map((ear) => ear.begun))
    const open = performance.now() - began
    const during = residentMb(pid)
    const looking = openLoad({
      ...{ port, rate: 200, seconds: 10, connections: 50 },
      request: () => getText(`/v1/scenes/${long.id}`),
    })
    const ends = await Promise.all(ears.map((ear) => ear.over))
    stop.abort()
    const times = ends.map(({ at }) => at).sort((a, b) => a - b)
    const { latencies } = await looking
    await made
    table([
      {
        listeners: count,
        'opened in ms': ms(open),
        'heard the end': ends.filter(({ end }) => end === 'done').length,
        'first to last ms': ms(times.at(-1)! - times[0]!),
        'kB each': Math.round(((during - before) * 1024) / count),
        'looks beside, p99 ms': ms(latencies.p99),
      },
    ])
  } finally {
    await server.stop()
  }
}

async function queue(count: number) {
  const server = await startServer()
  const { port, pid } = server
  const rows = []
  try {
    const first = await submit(port)
    await ended(port, first.id)
    const stop = new AbortController()
    const before = residentMb(pid)
    let last: Scene = first
    for (const depth of [0, count / 4, count / 2, count - 1000]) {
      const queued = async () =>
        ((await call(port, '/v1/queue')) as { counts: { queued: number } }).counts.queued
      while ((await queued()) < depth) {
        const missing = Math.min(1000, depth - (await queued()))
        await openLoad({
          ...{ port, rate: 150, seconds: Math.max(1, missing) / 150, connections: 50 },
          request: () => postText('/v1/scenes', scene),
        })
      }
      const taken = await openLoad({
        ...{ port, rate: 100, seconds: 10, connections: 50 },
        request: () => postText('/v1/scenes', scene),
      })
      last = await submit(port)
      const looked = await openLoad({
        ...{ port, rate: 1000, seconds: 5, connections: 50 },
        request: () => getText(`/v1/scenes/${last.id}`),
      })
      const page = await openLoad({
        ...{ port, rate: 20, seconds: 5, connections: 10 },
        request: () => getText('/v1/scenes?limit=20'),
      })
      rows.push({
        'queued before': depth,
        'taken/s': Math.round(taken.perSecond),
        'submit p50': ms(taken.latencies.p50),
        'submit p99': ms(taken.latencies.p99),
        'place p50': ms(looked.latencies.p50),
        'place p99': ms(looked.latencies.p99),
        'page p99': ms(page.latencies.p99),
        'memory MB': Math.round(residentMb(pid)),
      })
    }
    stop.abort()
    console.log(`memory at first ${Math.round(before)} MB; load ${load()}`)
  } finally {
    await server.stop()
  }
  table(rows)
}

/** What the queue's own steps take by its depth, on a disk, without HTTP; milliseconds each, medians. */
async function steps(depths: readonly number[]) {
  const data = mkdtempSync(join(tmpdir(), 'flashworld-load-'))
  const sqlite = openSqlite(join(data, 'queue.sqlite'))
  const jobs = await createSqlQueue(sqlite, {
    ...defaultPolicy,
    ...{ maxQueued: 1e6, maxQueuedPerClient: 1e6, maxRunningPerClient: 1e6 },
  })
  const add = (i: number) =>
    jobs.submit({
      ...{ id: randomUUID(), owner: 'a', client: `c${i % 50}`, priority: 0, request: scene },
      ...{ digest: '', pixels: 1000, budgetSeconds: 600 },
    })
  const median = async (step: (i: number) => Promise<unknown>) => {
    const times: number[] = []
    for (let i = 0; i < 200; i++) {
      const began = performance.now()
      await step(i)
      times.push(performance.now() - began)
    }
    return times.sort((a, b) => a - b)[100]!.toFixed(2)
  }
  const rows = []
  let count = 0
  for (const depth of depths) {
    while (count < depth) await add(count++)
    const submitted = await median(() => add(count++))
    const claims: Claim[] = []
    const claimed = await median(async () => claims.push((await jobs.claim('w'))!))
    const result = { seed: 1, gaussians: 1, seconds: 1, timings: {} }
    const completed = await median((i) => jobs.complete(claims[i]!, result))
    const { jobs: listed } = await jobs.list('a', { limit: 20 })
    const page = await median(() => jobs.list('a', { limit: 20 }))
    const place = await median((i) => jobs.ahead(listed[i % 20]!))
    rows.push({ queued: depth, submitted, claimed, completed, page, place })
    count -= 200
  }
  await jobs.close()
  rmSync(data, { recursive: true, force: true })
  table(rows)
}

async function memory(seconds: number) {
  const server = await startServer({ keep: '30s' })
  const { port, pid } = server
  const rows = []
  try {
    const began = performance.now()
    const second = () => (performance.now() - began) / 1000
    while (second() < seconds) {
      const { id } = await submit(port, { resolution: [8, 64, 96] })
      const ears = Array.from({ length: 50 }, () => listen(port, id))
      const looked = await openLoad({
        ...{ port, rate: 200, seconds: Math.max(10, seconds / 20), connections: 50 },
        request: (i) => {
          if (i % 100 === 0) return postText('/v1/scenes', { ...scene, seed: 'none' })
          return getText(i % 2 === 0 ? `/v1/scenes/${id}` : '/v1/scenes?limit=5')
        },
      })
      await Promise.all(ears.map((ear) => ear.over))
      rows.push({
        second: Math.round(second()),
        'memory MB': Math.round(residentMb(pid)),
        'open files': readdirSync(`/proc/${pid}/fd`).length,
        statuses: JSON.stringify(looked.statuses).replaceAll('"', ''),
        'p99 ms': ms(looked.latencies.p99),
      })
    }
  } finally {
    await server.stop()
  }
  table(rows)
}

const [what = 'status', amount] = process.argv.slice(2)
if (what === 'status') await status(Number(amount ?? 2000), 10)
else if (what === 'listeners') await listeners(Number(amount ?? 1000))
else if (what === 'queue') await queue(Number(amount ?? 10_000))
else if (what === 'steps') await steps([100, 1000, 10_000])
else if (what === 'memory') await memory(Number(amount ?? 600))
else throw new Error('expected status, listeners, queue, steps or memory')
