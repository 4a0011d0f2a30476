import { ServerError } from '../errors.ts'
import type { Database } from './database.ts'

/**
 * Statements that both engines read alike. Times are milliseconds; `request`, `result`, `error`, `data` are JSON.
 * `attempt` only grows, and fences; `losses` counts those whose worker or device was lost. `events` is the number of the
 * job's last event. `served` is the turn of the last job that was taken.
 */
const version1 = [
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
    losses INTEGER NOT NULL,
    worker TEXT,
    heard_at BIGINT,
    events INTEGER NOT NULL,
    result TEXT,
    error TEXT,
    created_at BIGINT NOT NULL,
    started_at BIGINT,
    ended_at BIGINT,
    UNIQUE (owner, idempotency_key)
  )`,
  `CREATE INDEX jobs_in_turn ON jobs (state, priority DESC, turn, id, pixels)`,
  `CREATE INDEX jobs_of_client ON jobs (client, turn)`,
  `CREATE INDEX jobs_waiting_of_client ON jobs (state, client)`,
  `CREATE INDEX jobs_of_owner ON jobs (owner, created_at, id)`,
  `CREATE INDEX jobs_ended ON jobs (ended_at)`,
  `CREATE INDEX jobs_ended_so ON jobs (state, ended_at, started_at, pixels)`,
  `CREATE TABLE events (
    job TEXT NOT NULL,
    seq INTEGER NOT NULL,
    type TEXT NOT NULL,
    at BIGINT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (job, seq)
  )`,
  `CREATE TABLE served (turn BIGINT NOT NULL)`,
  `INSERT INTO served (turn) VALUES (0)`,
]

/** Who is to be told of a job's end, until it was; `due_at` is NULL while the job has not ended. */
const version2 = [
  `CREATE TABLE webhooks (
    job TEXT PRIMARY KEY,
    url TEXT NOT NULL,
    tries INTEGER NOT NULL,
    due_at BIGINT
  )`,
  `CREATE INDEX webhooks_due ON webhooks (due_at)`,
]

/** A lease's end by the clock of leases in place of when its worker was heard; what runs gets the first lease of it. */
const version3 = [
  `CREATE TABLE lease_clock (ms BIGINT NOT NULL, seen_at BIGINT NOT NULL)`,
  `INSERT INTO lease_clock (ms, seen_at) VALUES (0, 0)`,
  `ALTER TABLE jobs RENAME COLUMN heard_at TO lease_end`,
  `UPDATE jobs SET lease_end = 20000 WHERE state = 'running'`,
]

/** What makes each version of the one before. */
export const versions: readonly (readonly string[])[] = [version1, version2, version3]

/**
 * Brings the tables to the present version, from none or from an earlier one, by one process at a time.
 * @throws ServerError `data/version` on tables of a later version
 */
export async function migrate(database: Database): Promise<void> {
  await database.alone('schema', async (query) => {
    await query('CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY)')
    const [found] = await query('SELECT version FROM schema_version')
    const from = Number(found?.version ?? 0)
    const to = versions.length
    if (from > to) {
      throw new ServerError(
        'data/version',
        `queue: expected tables of version ${to} or earlier, got ${from}`,
        {
          hint: 'Use the version of flashworld that made them, or another data folder or database.',
        },
      )
    }
    for (const statement of versions.slice(from).flat()) await query(statement)
    if (from === to) return
    await query('DELETE FROM schema_version')
    await query('INSERT INTO schema_version (version) VALUES (?)', [to])
  })
}
