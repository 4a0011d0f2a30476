import { EventEmitter } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { ServerError } from '../../errors.ts'
import type { Database, Row } from '../database.ts'

const channel = 'flashworld'

/** Bells that rang while the line was down are not heard: whoever waits looks for itself this often, too. */
const reconnectMs = 1000

/**
 * Every statement is short: one that takes longer stands behind a line that is dead. A transaction in which nothing
 * happens is that of a process that was frozen, and its locks hold up all others: the database ends it.
 */
const limits = {
  connectionTimeoutMillis: 5000,
  query_timeout: 15_000,
  statement_timeout: 12_000,
  idle_in_transaction_session_timeout: 5000,
}

/** `serialization_failure`, `deadlock_detected`: nothing was done, and the same again will pass. */
const inTheWay = ['40001', '40P01']

const maxTries = 5

/**
 * `read_only_sql_transaction`, `insufficient_privilege`: whoever runs the database has to mend it.
 * `idle_in_transaction_session_timeout`: we stood still, and it hung up.
 */
const turnedAway = ['25006', '42501', '25P03']

/**
 * PostgreSQL, for any number of servers and workers.
 * @param url `postgres://user:password@host/database`
 */
export function openPostgres(url: string): Database {
  const pool = new pg.Pool({ connectionString: url, max: 10, keepAlive: true, ...limits })
  pool.on('error', () => {}) // an idle connection broke: the pool opens another
  const bell = new EventEmitter().setMaxListeners(0)
  const closing = new AbortController()
  const listening = keepListening(url, (topic) => bell.emit('ring', topic), closing.signal)

  const queryOn =
    (client: pg.Pool | pg.PoolClient): Database['query'] =>
    async (sql, parameters = []) => {
      try {
        return (await client.query<Row>(numbered(sql), [...parameters])).rows
      } catch (error) {
        throw reachable(error)
      }
    }

  const once: Database['transaction'] = async (body) => {
    const client = await pool.connect().catch((error: unknown) => {
      throw reachable(error)
    })
    client.on('error', ignore) // it is told by the statement that fails
    const query = queryOn(client)
    let broken: Error | undefined
    try {
      await query('BEGIN')
      const result = await body(query)
      await query('COMMIT')
      return result
    } catch (error) {
      await query('ROLLBACK').catch((reason: Error) => (broken = reason))
      throw error
    } finally {
      client.off('error', ignore)
      client.release(broken)
    }
  }

  const transaction: Database['transaction'] = async (body) => {
    for (let tries = 1; ; tries++) {
      try {
        return await once(body)
      } catch (error) {
        if (tries === maxTries || !inTheWay.includes(sqlState(error))) throw error
        await sleep(Math.random() * 20 * tries)
      }
    }
  }

  return {
    now: `CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)`,
    skipLocked: 'FOR UPDATE SKIP LOCKED',
    query: queryOn(pool),
    transaction,
    alone: (name, body) =>
      transaction(async (query) => {
        await query('SELECT pg_advisory_xact_lock(hashtext(?))', [`${channel}.${name}`])
        return body(query)
      }),
    // A bell that cannot be rung is no failure: the statement before it was done, and whoever waits looks for itself.
    async ring(topic) {
      await pool.query('SELECT pg_notify($1, $2)', [channel, topic]).catch(ignore)
    },
    listen(onRing) {
      bell.on('ring', onRing)
      return () => bell.off('ring', onRing)
    },
    async close() {
      closing.abort()
      await Promise.all([listening, pool.end()])
    },
  }
}

const ignore = () => {}

/** `?` to `$1`, `$2`, ...; the statements hold no other question marks. */
function numbered(sql: string): string {
  let count = 0
  return sql.replaceAll('?', () => `$${++count}`)
}

/** The five characters by which PostgreSQL says what was wrong; empty when it said nothing. */
function sqlState(error: unknown): string {
  const { code } = error as { code?: unknown }
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : ''
}

/** What the statement is to blame for stays as it is; the rest is a database that is not there, or not for us. */
function reachable(error: unknown): unknown {
  const state = sqlState(error)
  const away = state === '' || /^(08|28|3D|53|57|58)/.test(state) || turnedAway.includes(state)
  if (!away || error instanceof ServerError) return error
  return new ServerError('queue/unreachable', 'the queue’s database does not answer', {
    cause: error,
  })
}

async function keepListening(url: string, onRing: (topic: string) => void, signal: AbortSignal) {
  while (!signal.aborted) {
    const client = new pg.Client({ connectionString: url, keepAlive: true, ...limits })
    const ended = new Promise<void>((resolve) => {
      client.on('error', () => resolve())
      client.on('end', () => resolve())
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
    client.on('notification', ({ payload }) => onRing(payload ?? ''))
    try {
      await client.connect()
      await client.query(`LISTEN ${channel}`)
      await ended
    } catch {
      // not reachable: try again
    }
    await client.end().catch(ignore)
    await sleep(reconnectMs, undefined, { signal }).catch(ignore)
  }
}
