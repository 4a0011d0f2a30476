import { EventEmitter } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Database, Row } from '../database.ts'

const channel = 'flashworld'

/** Bells that rang while the line was down are not heard: whoever waits looks for itself this often, too. */
const reconnectMs = 1000

/**
 * PostgreSQL, for any number of servers and workers.
 * @param url `postgres://user:password@host/database`
 */
export function openPostgres(url: string): Database {
  const pool = new pg.Pool({ connectionString: url, max: 10, connectionTimeoutMillis: 5000 })
  pool.on('error', () => {}) // an idle connection broke: the pool opens another
  const bell = new EventEmitter().setMaxListeners(0)
  const closing = new AbortController()
  const listening = keepListening(url, (topic) => bell.emit('ring', topic), closing.signal)

  const queryOn =
    (client: pg.Pool | pg.PoolClient): Database['query'] =>
    async (sql, parameters = []) =>
      (await client.query<Row>(numbered(sql), [...parameters])).rows

  return {
    now: `CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)`,
    skipLocked: 'FOR UPDATE SKIP LOCKED',
    query: queryOn(pool),
    async transaction(body) {
      const client = await pool.connect()
      let broken: Error | undefined
      try {
        await client.query('BEGIN')
        const result = await body(queryOn(client))
        await client.query('COMMIT')
        return result
      } catch (error) {
        await client.query('ROLLBACK').catch((reason: Error) => (broken = reason))
        throw error
      } finally {
        client.release(broken)
      }
    },
    async ring(topic) {
      await pool.query('SELECT pg_notify($1, $2)', [channel, topic])
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

/** `?` to `$1`, `$2`, ...; the statements hold no other question marks. */
function numbered(sql: string): string {
  let count = 0
  return sql.replaceAll('?', () => `$${++count}`)
}

async function keepListening(url: string, onRing: (topic: string) => void, signal: AbortSignal) {
  while (!signal.aborted) {
    const client = new pg.Client({ connectionString: url, keepAlive: true })
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
    await client.end().catch(() => {})
    await sleep(reconnectMs, undefined, { signal }).catch(() => {})
  }
}
