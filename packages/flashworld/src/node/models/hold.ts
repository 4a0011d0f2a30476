import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'

const pollMs = 250

/**
 * Works while no other process holds the same file. The operating system lets go of it however a process ends, so
 * nothing stale is left behind.
 * @throws the system's errors, what `work` throws; the signal's reason
 */
export async function whileHeld<T>(
  path: string,
  { signal, onWait }: { readonly signal?: AbortSignal; readonly onWait?: () => void },
  work: () => Promise<T>,
): Promise<T> {
  await mkdir(dirname(path), { recursive: true })
  let told = false
  for (;;) {
    signal?.throwIfAborted()
    const lock = tryHold(path)
    if (lock) {
      try {
        return await work()
      } finally {
        lock.close()
      }
    }
    if (!told) onWait?.()
    told = true
    await pause(pollMs, undefined, { ...(signal && { signal }) })
  }
}

/** SQLite's `SQLITE_BUSY`. */
const isBusy = (error: unknown) => (error as { errcode?: number }).errcode === 5

function tryHold(path: string): DatabaseSync | undefined {
  const lock = new DatabaseSync(path)
  try {
    lock.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock.close()
    if (isBusy(error)) return undefined
    throw error
  }
}
