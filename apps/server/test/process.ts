// `node process.ts serve|work DATA HISTORY PORT [DATABASE_URL]`: a server or a worker process with the fake engine, for
// tests that kill it. What its workers tell is a line of the history each.
import { openSync, writeSync } from 'node:fs'
import type { FastifyBaseLogger } from 'fastify'
import { readOptions, startServer, startWorkers } from '../src/index.ts'

const [what, data, history, port, databaseUrl] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string | undefined,
]

/** Opened once: what a server tells when it may open no more must not be what ends it. */
const told = openSync(history, 'a')
const note = (object: unknown, message?: string) => {
  if (typeof object !== 'object' || message === undefined) return
  writeSync(told, `${JSON.stringify({ type: message, ...object })}\n`)
}
const log = {
  ...{ level: 'info', info: note, warn: note, error: note, fatal: note },
  ...{ debug() {}, trace() {}, silent() {}, child: () => log },
} as unknown as FastifyBaseLogger

const options = readOptions({
  ...{ data, port, host: '127.0.0.1', 'rate-limit': '0', 'min-free-disk': '0' },
  ...{ 'max-running-per-client': '100', 'max-queued-per-client': '100000' },
  ...(databaseUrl !== undefined && { 'database-url': databaseUrl }),
  ...(what === 'serve' && databaseUrl !== undefined && { 'max-concurrent': '0' }),
})
const parts = {
  engineProgram: new URL('./fake-engine.ts', import.meta.url),
  policy: { leaseMs: Number(process.env.LEASE_MS ?? 10_000), maxAttempts: 100 },
}
process.env.FAKE_ENGINE_HISTORY = history
const running = await (what === 'serve'
  ? startServer(options, log, parts)
  : startWorkers(options, log, parts))
let signals = 0
process.on('SIGTERM', () => void running.stop(++signals === 1 ? undefined : 0))
console.log('up')
