// A PostgreSQL of Debian's packages for tests: its own folder and port, gone afterwards.
import type { ChildProcess } from 'node:child_process'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

const versions = '/usr/lib/postgresql'

/** The programs of the newest PostgreSQL; undefined where none is installed. */
function programs(): string | undefined {
  if (!existsSync(versions)) return undefined
  const newest = readdirSync(versions)
    .sort((a, b) => Number(a) - Number(b))
    .at(-1)
  return newest === undefined ? undefined : join(versions, newest, 'bin')
}

export const hasPostgres = programs() !== undefined

export interface TestPostgres {
  /** Of a new, empty database. */
  newDatabase(): Promise<string>
  /** Ends it as a power cut would, all its processes at once, and starts it again. */
  killAndRestart(): Promise<void>
  stop(): Promise<void>
}

/** PostgreSQL refuses to run as root: there it runs as Debian's user for it. */
function asItsUser(command: string, args: readonly string[]): [string, string[]] {
  return process.getuid!() === 0
    ? ['setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', command, ...args]]
    : [command, [...args]]
}

export async function startPostgres(): Promise<TestPostgres> {
  const bin = programs()!
  const folder = mkdtempSync(join(tmpdir(), 'flashworld-postgres-'))
  if (process.getuid!() === 0) {
    const id = (flag: string) => Number(spawnSync('id', [flag, 'postgres']).stdout.toString())
    chownSync(folder, id('-u'), id('-g'))
  }
  const data = join(folder, 'data')
  const made = spawnSync(
    ...asItsUser(join(bin, 'initdb'), [
      '-D',
      data,
      '-U',
      'test',
      '-A',
      'trust',
      '-E',
      'UTF8',
      '--no-sync',
    ]),
  )
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr.toString()}`)
  const port = await freePort()
  const urlOf = (database: string) => `postgres://test@127.0.0.1:${port}/${database}`

  const spawnServer = () => {
    const [command, args] = asItsUser(join(bin, 'postgres'), [
      ...['-D', data, '-p', String(port), '-k', folder, '-c', 'listen_addresses=127.0.0.1'],
      ...['-c', 'max_connections=200', '-c', 'shared_buffers=32MB'],
      // its processes may die, not the machine: what was written is there without the disk's word
      ...['-c', 'fsync=off', '-c', 'full_page_writes=off'],
    ])
    return spawn(command, args, { stdio: 'ignore' })
  }

  const start = async () => {
    let server = spawnServer()
    for (let tries = 0; tries < 600; tries++) {
      if (await answers(urlOf('postgres'))) return server
      await sleep(100)
      // it does not begin while a process of the one before still holds its memory
      if (hasExited(server)) server = spawnServer()
    }
    throw new Error('PostgreSQL did not start')
  }

  /** All its processes at once: none has time to tidy up. */
  const kill = async () => {
    if (hasExited(server)) return
    const gone = once(server, 'exit')
    const backends = childrenOf(server.pid)
    server.kill('SIGKILL')
    for (const pid of backends) killIfThere(pid)
    await gone
  }

  let server = await start()
  let databases = 0
  return {
    async newDatabase() {
      const name = `test${++databases}`
      await withClient(urlOf('postgres'), (client) => client.query(`CREATE DATABASE ${name}`))
      return urlOf(name)
    },
    async killAndRestart() {
      await kill()
      server = await start()
    },
    async stop() {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const hasExited = ({ exitCode, signalCode }: ChildProcess) =>
  exitCode !== null || signalCode !== null

/** The processes that a process has started; none when it has gone. */
export function childrenOf(pid: number | undefined): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    return text.split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}

export function killIfThere(pid: number) {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // it has gone by itself
  }
}

async function withClient<T>(url: string, body: (client: pg.Client) => Promise<T>) {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 })
  client.on('error', () => {})
  await client.connect()
  try {
    return await body(client)
  } finally {
    await client.end()
  }
}

const answers = (url: string) =>
  withClient(url, (client) => client.query('SELECT 1')).then(
    () => true,
    () => false,
  )

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}
