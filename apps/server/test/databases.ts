import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from '../src/queue/database.ts'
import { openPostgres } from '../src/queue/postgres/database.ts'
import { openSqlite } from '../src/queue/sqlite/database.ts'
import type { TestPostgres } from './postgres.ts'
import { hasPostgres, startPostgres } from './postgres.ts'

export interface TestDatabases {
  start(): Promise<void>
  stop(): Promise<void>
  /** Opens a new, empty database; each call of the answer connects to it anew. */
  empty(): Promise<() => Database>
  /** Whether several processes may work on one database. */
  readonly isShared: boolean
}

function sqlite(): TestDatabases {
  const folder = mkdtempSync(join(tmpdir(), 'flashworld-queue-'))
  return {
    isShared: false,
    start: async () => {},
    stop: async () => rmSync(folder, { recursive: true }),
    async empty() {
      const file = join(folder, randomUUID())
      return () => openSqlite(file)
    },
  }
}

function postgres(): TestDatabases {
  let server: TestPostgres
  return {
    isShared: true,
    start: async () => {
      server = await startPostgres()
    },
    stop: () => server.stop(),
    async empty() {
      const url = await server.newDatabase()
      return () => openPostgres(url)
    },
  }
}

/** The engines that the queue works on: by name, whether it is here, and how to start it. */
export const databases = [
  ['SQLite', true, sqlite],
  ['PostgreSQL', hasPostgres, postgres],
] as const
