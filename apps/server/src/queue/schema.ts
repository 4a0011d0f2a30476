import { ServerError } from '../errors.ts'
import type { Database } from './database.ts'

const version = 1

/** Statements that both engines read alike. Times are milliseconds; `request`, `result`, `error`, `data` are JSON. */
const tables = [
  `CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    client TEXT NOT NULL,
    state TEXT NOT NULL,
    priority INTEGER NOT NULL,
    turn BIGINT NOT NULL,
    request TEXT NOT NULL,
    digest TEXT NOT NULL,
    idempotency_key TEXT,
    pixels BIGINT NOT NULL,
    budget_seconds DOUBLE PRECISION NOT NULL,
    attempt INTEGER NOT NULL,
    worker TEXT,
    lease_until BIGINT,
    result TEXT,
    error TEXT,
    created_at BIGINT NOT NULL,
    started_at BIGINT,
    ended_at BIGINT,
    UNIQUE (owner, idempotency_key)
  )`,
  `CREATE INDEX jobs_in_turn ON jobs (state, priority DESC, turn, id)`,
  `CREATE INDEX jobs_of_client ON jobs (client, state, turn)`,
  `CREATE INDEX jobs_of_owner ON jobs (owner, created_at, id)`,
  `CREATE INDEX jobs_ended ON jobs (ended_at)`,
  `CREATE TABLE events (
    job TEXT NOT NULL,
    seq INTEGER NOT NULL,
    type TEXT NOT NULL,
    at BIGINT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (job, seq)
  )`,
  `INSERT INTO schema_version (version) VALUES (${version})`,
]

/** Makes the tables where there are none. @throws ServerError `data/version` on tables of another version */
export async function migrate(database: Database): Promise<void> {
  await database.query('CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY)')
  await database.transaction(async (query) => {
    const [found] = await query('SELECT version FROM schema_version')
    if (!found) for (const table of tables) await query(table)
    else if (found.version !== version) {
      throw new ServerError(
        'data/version',
        `queue: expected tables of version ${version}, got ${found.version}`,
        {
          hint: 'Use the version of flashworld that made them, or another data folder or database.',
        },
      )
    }
  })
}
