import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ArtifactStore, Place } from '../artifacts/store.ts'
import type { Job } from '../queue/job.ts'
import { finalStates } from '../queue/job.ts'
import type { Queue } from '../queue/queue.ts'

export interface Retention {
  /** How long files of ended jobs are kept, milliseconds. */
  readonly keepMs: number
  /** How long ended jobs are remembered after their files are gone. */
  readonly rememberMs: number
  /** Most bytes of files; the jobs that ended first lose theirs. */
  readonly quotaBytes: number
  /** What is younger is left alone by the quota, and what nobody knows is given so long to become known. */
  readonly youngMs: number
}

export const defaultRetention = {
  rememberMs: 7 * 86_400_000,
  youngMs: 10 * 60_000,
}

/** What a sweep took away. */
export interface Swept {
  /** Jobs whose files were kept long enough. */
  readonly expired: number
  /** Jobs whose files went for the quota. */
  readonly overQuota: number
  /** Files and folders that belong to no live attempt. */
  readonly orphans: number
  /** Jobs that are not remembered any more. */
  readonly forgotten: number
}

export interface Sweeper {
  /** One round over all files and old jobs. */
  sweep(): Promise<Swept>
}

/** Jobs removed in one go. */
const batch = 200

/**
 * Takes away what was kept long enough. A file that is being read stays, and so does what is young by the queue's clock
 * or by this process's steady one: a clock that is set, forwards or back, makes files stay longer, never shorter.
 */
export function createSweeper(
  queue: Queue,
  artifacts: ArtifactStore,
  { keepMs, rememberMs, quotaBytes, youngMs }: Retention,
): Sweeper {
  const age = createAge()
  let start: { readonly clock: number; readonly at: number } | undefined

  /** The earlier of the queue's clock and what it should be by the time that passed here. */
  const time = async () => {
    const clock = await queue.clock()
    const at = performance.now()
    start ??= { clock, at }
    return Math.min(clock, start.clock + at - start.at)
  }

  return {
    async sweep() {
      const now = await time()
      let [expired, overQuota, orphans, forgotten] = [0, 0, 0, 0]
      const ended: { readonly id: string; readonly endedAt: number; readonly bytes: number }[] = []
      let bytes = 0
      for await (const { id, places } of artifacts.jobs()) {
        if (artifacts.isRead(id)) continue
        const job = await queue.get(id)
        if (!job) {
          if (age.isOlder(id, youngMs)) {
            await artifacts.remove(id)
            orphans++
          }
          continue
        }
        if (job.endedAt !== null && job.endedAt <= now - keepMs) {
          await artifacts.remove(id)
          expired++
          continue
        }
        let used = 0
        for (const { place, bytes: size } of places) {
          if (isStale(job, place)) {
            await artifacts.remove(place)
            orphans++
          } else used += size
        }
        bytes += used
        if (job.endedAt !== null) ended.push({ id, endedAt: job.endedAt, bytes: used })
      }
      ended.sort((a, b) => a.endedAt - b.endedAt)
      for (const { id, endedAt, bytes: used } of ended) {
        if (bytes <= quotaBytes || endedAt > now - youngMs) break
        if (artifacts.isRead(id)) continue
        await artifacts.remove(id)
        bytes -= used
        overQuota++
      }
      for (const part of await artifacts.parts()) {
        if (!age.isOlder(part, youngMs)) continue
        await artifacts.removePart(part)
        orphans++
      }
      for (;;) {
        const old = await queue.endedBefore(now - keepMs - rememberMs, batch)
        for (const { id } of old) {
          await artifacts.remove(id)
          if (await queue.remove(id)) forgotten++
        }
        if (old.length < batch) break
      }
      age.forgetUnasked()
      return { expired, overQuota, orphans, forgotten }
    },
  }
}

/**
 * Takes away what dead attempts left on this machine: folders `<job>.<attempt>` whose attempt does not run any more.
 * @returns how many
 */
export function createStagingSweeper(queue: Queue, folder: string, youngMs: number) {
  const age = createAge()
  return async function sweepStaging(): Promise<number> {
    let count = 0
    for (const name of await readdir(folder).catch(() => [])) {
      const [id = '', attempt] = name.split('.')
      const job = await queue.get(id)
      if (job?.state === 'running' && String(job.attempt) === attempt) continue
      if (!age.isOlder(name, youngMs)) continue
      await rm(join(folder, name), { recursive: true, force: true })
      count++
    }
    age.forgetUnasked()
    return count
  }
}

/** Attempts only grow, so one that is stale now is so for ever. */
function isStale({ state, attempt }: Job, place: Place): boolean {
  const of = Number(place.split('/')[1])
  if (of === 0) return false
  if (finalStates.includes(state)) return of !== attempt
  return state === 'queued' ? of <= attempt : of < attempt
}

/** How long things have been seen, by a clock that nobody sets. */
function createAge() {
  let before = new Map<string, number>()
  let asked = new Map<string, number>()
  return {
    /** Whether it was first asked for so long ago, and in every round since. */
    isOlder(name: string, ms: number) {
      const now = performance.now()
      const since = before.get(name) ?? now
      asked.set(name, since)
      return now - since >= ms
    },
    /** Ends a round. */
    forgetUnasked() {
      before = asked
      asked = new Map()
    },
  }
}
