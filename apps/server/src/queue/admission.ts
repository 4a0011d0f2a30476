// What is asked of a job before it is taken.
import { ServerError } from '../errors.ts'
import type { Database } from './database.ts'
import type { Job, NewJob } from './job.ts'
import type { QueuePolicy } from './queue.ts'

/** @throws ServerError `queue/idempotency` */
export function sameWish(job: Job, digest: string): Job {
  if (job.digest === digest) return job
  throw new ServerError(
    'queue/idempotency',
    'idempotency key: it came with another request before',
    { hint: 'Use a new key for a new request.' },
  )
}

/** @throws ServerError `queue/full`, `queue/client-full` */
export async function checkRoom(query: Database['query'], client: string, policy: QueuePolicy) {
  const [all] = await query(`SELECT COUNT(*) AS n FROM jobs WHERE state = 'queued'`)
  if (Number(all!.n) >= policy.maxQueued) {
    throw new ServerError(
      'queue/full',
      `queue: ${policy.maxQueued} jobs are waiting, no more are taken`,
    )
  }
  const [own] = await query(
    `SELECT COUNT(*) AS n FROM jobs WHERE state = 'queued' AND client = ?`,
    [client],
  )
  if (Number(own!.n) >= policy.maxQueuedPerClient) {
    throw new ServerError(
      'queue/client-full',
      `queue: ${policy.maxQueuedPerClient} jobs of this client are waiting, no more are taken`,
    )
  }
}

/** PostgreSQL stores no NUL, in JSON neither; so no database of ours does. @throws ServerError `queue/text` */
export function checkText({ request, ...words }: NewJob) {
  const texts = Object.values(words).filter((value) => typeof value === 'string')
  const inRequest = /(?<!\\)(?:\\\\)*\\u0000/.test(JSON.stringify(request))
  if (inRequest || texts.some((text) => text.includes('\0')))
    throw new ServerError('queue/text', 'text: expected no NUL characters')
}
