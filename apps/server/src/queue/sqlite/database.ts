import { EventEmitter } from 'node:events'
import { DatabaseSync } from 'node:sqlite'
import { ServerError } from '../../errors.ts'
import type { Database, Row } from '../database.ts'

/**
 * SQLite in a file, for one process: every commit is on the disk before it is acknowledged (`synchronous=FULL`).
 * @param file a path, or `:memory:` in tests
 * @throws ServerError `data/damaged`
 */
export function openSqlite(file: string): Database {
  const sqlite = openWhole(file)
  const bell = new EventEmitter().setMaxListeners(0)
  const prepared = new Map<string, ReturnType<DatabaseSync['prepare']>>()
  let free: Promise<unknown> = Promise.resolve()

  const query: Database['query'] = async (sql, parameters = []) => {
    try {
      let statement = prepared.get(sql)
      if (!statement) prepared.set(sql, (statement = sqlite.prepare(sql)))
      return statement.all(...parameters) as unknown as readonly Row[]
    } catch (error) {
      throw onDisk(error)
    }
  }

  /** One connection has one transaction: the others wait for it. */
  const alone = <T>(body: () => Promise<T>): Promise<T> => {
    const result = free.then(body)
    free = result.catch(() => {})
    return result
  }

  const transaction: Database['transaction'] = (body) =>
    alone(async () => {
      sqlite.exec('BEGIN IMMEDIATE')
      try {
        const result = await body(query)
        sqlite.exec('COMMIT')
        return result
      } catch (error) {
        if (sqlite.isTransaction) sqlite.exec('ROLLBACK')
        throw onDisk(error)
      }
    })

  return {
    now: `CAST(unixepoch('subsec') * 1000 AS INTEGER)`,
    skipLocked: '',
    query: (sql, parameters) => alone(() => query(sql, parameters)),
    transaction,
    alone: (_, body) => transaction(body),
    async ring(topic) {
      bell.emit('ring', topic)
    },
    listen(onRing) {
      bell.on('ring', onRing)
      return () => bell.off('ring', onRing)
    },
    close: () => alone(async () => sqlite.close()),
  }
}

/** A file that is damaged anywhere is not worked on: what it would lose more is not known. */
function openWhole(file: string): DatabaseSync {
  const sqlite = new DatabaseSync(file)
  try {
    sqlite.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000')
    const [found] = sqlite.prepare('PRAGMA quick_check(1)').all()
    if (found!.quick_check === 'ok') return sqlite
    throw new Error(String(found!.quick_check))
  } catch (cause) {
    sqlite.close()
    throw new ServerError('data/damaged', `${file}: the queue’s database is damaged`, {
      hint: 'Put a copy of the data folder back, or move the file away: what `sqlite3 queue.sqlite .recover` finds is its jobs.',
      cause,
    })
  }
}

/** SQLITE_FULL, and SQLITE_IOERR as some file systems have it: nothing was written. */
const noRoom = [10, 13]

function onDisk(error: unknown): unknown {
  const { errcode } = error as { errcode?: number }
  if (errcode === undefined || !noRoom.includes(errcode & 0xff)) return error
  return new ServerError('queue/disk-full', 'the disk takes nothing more', { cause: error })
}
