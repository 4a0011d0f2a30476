import { ServerError } from '../errors.ts'
import type { Database } from './database.ts'
import type { Job, NewJob } from './job.ts'
import type { QueuePolicy } from './queue.ts'
import { jobOf } from './rows.ts'

/**
 * Takes a job into the line at its client's next turn, or finds the one that its key stands for. It wants to be alone:
 * turns are given one after the other.
 * @throws ServerError `queue/full`, `queue/client-full`, `queue/idempotency`
 */
export async function admit(
  query: Database['query'],
  now: string,
  asked: NewJob,
  policy: QueuePolicy,
): Promise<{ readonly job: Job; readonly isNew: boolean }> {
  const key = asked.idempotencyKey ?? null
  const [earlier] = await query('SELECT * FROM jobs WHERE owner = ? AND idempotency_key = ?', [
    asked.owner,
    key,
  ])
  if (earlier) return { job: sameWish(jobOf(earlier), asked.digest), isNew: false }
  await checkRoom(query, asked.client, policy)
  const [turn] = await query(
    `SELECT MAX(turn) AS own FROM (
       SELECT turn FROM served UNION ALL SELECT MAX(turn) + 1 FROM jobs WHERE client = ?
     ) AS turns`,
    [asked.client],
  )
  const [row] = await query(
    `INSERT INTO jobs (id, owner, client, state, priority, turn, request, digest, idempotency_key, pixels,
       budget_seconds, attempt, losses, events, created_at)
     VALUES (?, ?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?, 0, 0, 1, ${now}) RETURNING *`,
    [
      asked.id,
      asked.owner,
      asked.client,
      asked.priority,
      Number(turn!.own),
      JSON.stringify(asked.request),
      asked.digest,
      key,
      asked.pixels,
      asked.budgetSeconds,
    ],
  )
  await query(
    `INSERT INTO events (job, seq, type, at, data) VALUES (?, 1, 'queued', ${now}, '{}')`,
    [asked.id],
  )
  if (asked.webhook !== undefined) {
    await query('INSERT INTO webhooks (job, url, tries) VALUES (?, ?, 0)', [
      asked.id,
      asked.webhook,
    ])
  }
  return { job: jobOf(row!), isNew: true }
}

function sameWish(job: Job, digest: string): Job {
  if (job.digest === digest) return job
  throw new ServerError(
    'queue/idempotency',
    'idempotency key: it came with another request before',
    { hint: 'Use a new key for a new request.' },
  )
}

async function checkRoom(query: Database['query'], client: string, policy: QueuePolicy) {
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
