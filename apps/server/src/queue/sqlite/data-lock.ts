import { readFileSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { ServerError } from '../../errors.ts'

/**
 * Holds a data folder for this process. The operating system lets go of it however the process ends, so there is no
 * stale lock to remove by hand; who holds it is written beside it.
 * @throws ServerError `data/locked` when another process holds it
 */
export function lockDataFolder(folder: string): { release(): void } {
  const holder = join(folder, 'lock.pid')
  const lock = new DatabaseSync(join(folder, 'lock'))
  try {
    lock.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE')
  } catch (cause) {
    lock.close()
    throw new ServerError(
      'data/locked',
      `${folder}: another flashworld${nameOf(holder)} works in this folder`,
      { hint: 'Stop it, or give this one another folder by --data.', cause },
    )
  }
  writeFileSync(holder, String(process.pid))
  return { release: () => lock.close() }
}

function nameOf(holder: string): string {
  try {
    return ` (process ${readFileSync(holder, 'utf8')})`
  } catch {
    return ''
  }
}
