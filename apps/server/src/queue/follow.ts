import { soon } from '../soon.ts'
import type { Job, JobEvent } from './job.ts'
import { finalStates } from './job.ts'
import type { Queue } from './queue.ts'

/** A job as it is at a moment. */
export interface Moment {
  /** Undefined when it was removed. */
  readonly job: Job | undefined
  /** All that has happened to it: the event of number `seq` stands at `seq - 1`. */
  readonly events: readonly JobEvent[]
  /** How many stand before it, while it is queued. */
  readonly ahead: number
}

/** How often a place in the queue is looked at. */
const placeMs = 2000

/** How long a bell that nobody heard keeps those waiting who follow. */
const lookMs = 15_000

/**
 * Follows a job until it has ended, or the signal: its moments from now on, at least one in 15 s; whoever is slow misses some.
 * @throws what the queue throws when it is looked at
 */
export type FollowJob = (id: string, signal: AbortSignal) => AsyncGenerator<Moment, void>

/** Who reads one job for all who follow it. */
interface Reader {
  followers: number
  latest: Moment | undefined
  /** Resolves at the next moment; rejects when the queue cannot be looked at. */
  next: PromiseWithResolvers<void>
  readonly stop: AbortController
}

/** However many follow a job in this process, the queue is read once for each thing that happens to it. */
export function createFollow(queue: Queue): FollowJob {
  const readers = new Map<string, Reader>()

  const start = (id: string) => {
    const reader: Reader = {
      ...{ followers: 0, latest: undefined, next: Promise.withResolvers() },
      stop: new AbortController(),
    }
    readers.set(id, reader)
    const forget = () => {
      if (readers.get(id) === reader) readers.delete(id)
    }
    reader.stop.signal.addEventListener('abort', forget)
    read(queue, id, reader)
      .catch((error: unknown) => {
        reader.next.promise.catch(() => {}) // nobody may be waiting
        reader.next.reject(error)
      })
      .finally(forget)
    return reader
  }

  return async function* follow(id, signal) {
    const reader = readers.get(id) ?? start(id)
    reader.followers++
    try {
      for (let seen: Moment | undefined; !signal.aborted; seen = reader.latest) {
        if (reader.latest === seen) await soon(reader.next.promise, lookMs, signal)
        if (!reader.latest || signal.aborted) continue
        const { job } = reader.latest
        yield reader.latest
        if (!job || finalStates.includes(job.state)) return
      }
    } finally {
      if (--reader.followers === 0) reader.stop.abort()
    }
  }
}

async function read(queue: Queue, id: string, reader: Reader) {
  const { signal } = reader.stop
  const events: JobEvent[] = []
  let ring = () => {}
  const unwatch = queue.watch(id, () => ring())
  try {
    while (!signal.aborted) {
      const rung = new Promise<void>((resolve) => (ring = resolve))
      const job = await queue.get(id)
      events.push(...(await queue.events(id, events.length)))
      const isQueued = job?.state === 'queued'
      reader.latest = { job, events, ahead: isQueued ? (await queue.ahead(job)).jobs : 0 }
      reader.next.resolve()
      reader.next = Promise.withResolvers()
      if (!job || finalStates.includes(job.state)) return
      await soon(rung, isQueued ? placeMs : lookMs, signal)
    }
  } finally {
    unwatch()
  }
}
