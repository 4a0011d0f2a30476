import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { ServerError } from '../../errors.ts'

/**
 * Holds a data folder for this process. The operating system lets go of it however the process ends, so there is no
 * stale lock to remove by hand.
 * @throws ServerError `data/locked` when another process holds it
 */
export function lockDataFolder(folder: string): { release(): void } {
  const lock = new DatabaseSync(join(folder, 'lock'))
  try {
    lock.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE')
    const holder = readHolder(lock)
    try {
      lock.exec('CREATE TABLE IF NOT EXISTS holder (pid INTEGER)')
      lock.exec(`DELETE FROM holder; INSERT INTO holder VALUES (${process.pid})`)
      lock.exec('BEGIN EXCLUSIVE')
    } catch (cause) {
      throw new ServerError(
        'data/locked',
        `${folder}: another flashworld${holder} works in this folder`,
        { hint: 'Stop it, or give this one another folder by --data.', cause },
      )
    }
  } catch (error) {
    lock.close()
    throw error
  }
  return { release: () => lock.close() }
}

/** Empty when it cannot be read, as while somebody holds the lock. */
function readHolder(lock: DatabaseSync): string {
  try {
    const row = lock.prepare('SELECT pid FROM holder').get() as { pid: number } | undefined
    return row ? ` (process ${row.pid})` : ''
  } catch {
    return ''
  }
}
