import { ServerError } from '../errors.ts'
import type { Database, Row } from './database.ts'
import type { Job, JobError, JobEvent, JobResult, JobState } from './job.ts'
import type { Claim, Queue, QueuePolicy } from './queue.ts'
import { migrate } from './schema.ts'

const queuedTopic = 'queued'

/** Higher priority first, then turns; the id only breaks ties. */
const inTurn = 'priority DESC, turn, id'

const workerLost: JobError = {
  code: 'job/worker-lost',
  message: 'its worker was not heard of any more',
  hint: 'A smaller scene may be within the machine’s means.',
}

/** The jobs of the last hour or so: enough to know a machine's speed, few enough to follow a change. */
const measuredJobs = 20

/**
 * The queue on a database. Fairness is start-time fair queueing: a job's turn is the later of the turn that is being
 * served and the one after its client's last, so a hundred jobs of one client stand at a hundred turns and another
 * client's first stands beside the next of them.
 */
export async function createSqlQueue(database: Database, policy: QueuePolicy): Promise<Queue> {
  await migrate(database)
  const { now } = database
  const watchers = new Map<string, Set<() => void>>()
  const stopListening = database.listen((topic) => {
    for (const onChange of watchers.get(topic) ?? []) onChange()
  })

  const watchTopic = (topic: string, onChange: () => void) => {
    const found = watchers.get(topic) ?? new Set()
    watchers.set(topic, found.add(onChange))
    return () => {
      found.delete(onChange)
      if (found.size === 0) watchers.delete(topic)
    }
  }

  type Query = Database['query']

  const addEvent = (query: Query, job: string, type: JobEvent['type'], data: JobEvent['data']) =>
    query(
      `INSERT INTO events (job, seq, type, at, data)
       SELECT CAST(? AS TEXT), COALESCE(MAX(seq), 0) + 1, CAST(? AS TEXT), ${now}, CAST(? AS TEXT)
       FROM events WHERE job = ?`,
      [job, type, JSON.stringify(data), job],
    )

  /** Ends a job of this attempt. False when the claim is stale. */
  const end = async (
    { job: { id }, attempt }: Claim,
    state: JobState,
    outcome: { readonly result?: JobResult; readonly error?: JobError },
  ) => {
    const done = await database.transaction(async (query) => {
      const ended = await query(
        `UPDATE jobs SET state = ?, result = ?, error = ?, ended_at = ${now}, lease_until = NULL
         WHERE id = ? AND attempt = ? AND state = 'running' RETURNING id`,
        [state, json(outcome.result), json(outcome.error), id, attempt],
      )
      if (ended.length === 0) return false
      await addEvent(query, id, state === 'completed' ? 'done' : 'failed', {
        ...outcome.result,
        ...outcome.error,
      })
      return true
    })
    if (done) await database.ring(id)
    if (done) await database.ring(queuedTopic) // the client may run another
    return done
  }

  /** Queues a running job again, or fails it with `error` when it was started too often. */
  const startOver = async (id: string, attempt: number, error: JobError, condition = '1 = 1') => {
    const again = attempt < policy.maxAttempts
    const done = await database.transaction(async (query) => {
      const rows = await query(
        again
          ? `UPDATE jobs SET state = 'queued', worker = NULL, started_at = NULL, lease_until = NULL
             WHERE id = ? AND attempt = ? AND state = 'running' AND ${condition} RETURNING id`
          : `UPDATE jobs SET state = 'failed', error = ?, ended_at = ${now}, lease_until = NULL
             WHERE id = ? AND attempt = ? AND state = 'running' AND ${condition} RETURNING id`,
        again ? [id, attempt] : [JSON.stringify(error), id, attempt],
      )
      if (rows.length === 0) return false
      await addEvent(query, id, again ? 'retry' : 'failed', { ...error })
      return true
    })
    if (done) await database.ring(id)
    if (done) await database.ring(queuedTopic)
    return done
  }

  const cancelWhere = async (condition: string, parameters: readonly string[]) => {
    const cancelled = await database.transaction(async (query) => {
      const rows = await query(
        `UPDATE jobs SET state = 'cancelled', ended_at = ${now}, lease_until = NULL
         WHERE state IN ('queued', 'running') AND ${condition} RETURNING id`,
        parameters,
      )
      for (const { id } of rows) await addEvent(query, String(id), 'cancelled', {})
      return rows
    })
    for (const { id } of cancelled) await database.ring(String(id))
    return cancelled.length
  }

  const get = async (id: string) => {
    const [row] = await database.query('SELECT * FROM jobs WHERE id = ?', [id])
    return row && jobOf(row)
  }

  return {
    async submit(asked) {
      const answer = await database.transaction(async (query) => {
        if (asked.idempotencyKey !== undefined) {
          const [earlier] = await query(
            'SELECT * FROM jobs WHERE owner = ? AND idempotency_key = ?',
            [asked.owner, asked.idempotencyKey],
          )
          if (earlier) return { job: sameWish(jobOf(earlier), asked.digest), isNew: false }
        }
        await checkRoom(query, asked.client, policy)
        const [turn] = await query(
          `SELECT MAX(turn) AS last FROM (
             SELECT MAX(turn) AS turn FROM jobs WHERE attempt > 0
             UNION ALL SELECT MAX(turn) + 1 FROM jobs WHERE client = ?
           ) AS turns`,
          [asked.client],
        )
        const [row] = await query(
          `INSERT INTO jobs (id, owner, client, state, priority, turn, request, digest, idempotency_key, pixels,
             budget_seconds, attempt, created_at)
           VALUES (?, ?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?, 0, ${now}) RETURNING *`,
          [
            asked.id,
            asked.owner,
            asked.client,
            asked.priority,
            Number(turn?.last ?? 0),
            JSON.stringify(asked.request),
            asked.digest,
            asked.idempotencyKey ?? null,
            asked.pixels,
            asked.budgetSeconds,
          ],
        )
        await addEvent(query, asked.id, 'queued', {})
        return { job: jobOf(row!), isNew: true }
      })
      if (answer.isNew) await database.ring(queuedTopic)
      return answer
    },

    get,

    async list(owner, { limit, after }) {
      const [time, id] = after === undefined ? [Number.MAX_SAFE_INTEGER, ''] : cursor(after)
      const rows = await database.query(
        `SELECT * FROM jobs WHERE owner = ? AND (created_at < ? OR (created_at = ? AND id < ?))
         ORDER BY created_at DESC, id DESC LIMIT ?`,
        [owner, time, time, id, limit + 1],
      )
      const jobs = rows.slice(0, limit).map(jobOf)
      const last = jobs.at(-1)
      return rows.length > limit && last ? { jobs, next: `${last.createdAt}.${last.id}` } : { jobs }
    },

    async ahead({ id, state, priority }) {
      if (state !== 'queued') return { jobs: 0, pixels: 0 }
      const [row] = await database.query(
        `SELECT COUNT(*) AS jobs, COALESCE(SUM(j.pixels), 0) AS pixels
         FROM jobs j, (SELECT turn FROM jobs WHERE id = ?) AS own
         WHERE j.state = 'queued' AND (j.priority > ? OR (j.priority = ? AND
           (j.turn < own.turn OR (j.turn = own.turn AND j.id < ?))))`,
        [id, priority, priority, id],
      )
      return { jobs: Number(row!.jobs), pixels: Number(row!.pixels) }
    },

    async statistics() {
      const counts = { queued: 0, running: 0, completed: 0, failed: 0, cancelled: 0 }
      const states = await database.query('SELECT state, COUNT(*) AS n FROM jobs GROUP BY state')
      for (const { state, n } of states) counts[state as JobState] = Number(n)
      const [oldest] = await database.query(
        `SELECT (${now} - MIN(created_at)) / 1000.0 AS seconds FROM jobs WHERE state = 'queued'`,
      )
      const [speed] = await database.query(
        `SELECT SUM(ended_at - started_at) / 1000.0 / SUM(pixels) AS seconds FROM (
           SELECT ended_at, started_at, pixels FROM jobs WHERE state = 'completed'
           ORDER BY ended_at DESC LIMIT ${measuredJobs}) AS recent`,
      )
      const seconds = speed?.seconds ?? null
      return {
        counts,
        oldestSeconds: Math.max(0, Number(oldest?.seconds ?? 0)),
        secondsPerPixel: seconds === null ? null : Number(seconds),
      }
    },

    async claim(worker) {
      const claimed = await database.transaction(async (query) => {
        const [next] = await query(
          `SELECT id FROM jobs WHERE state = 'queued' AND client NOT IN (
             SELECT client FROM jobs WHERE state = 'running' GROUP BY client HAVING COUNT(*) >= ?
           ) ORDER BY ${inTurn} LIMIT 1 ${database.skipLocked}`,
          [policy.maxRunningPerClient],
        )
        if (!next) return undefined
        const [row] = await query(
          `UPDATE jobs SET state = 'running', attempt = attempt + 1, worker = ?, started_at = ${now},
             lease_until = ${now} + ? WHERE id = ? RETURNING *`,
          [worker, policy.leaseMs, next.id!],
        )
        const job = jobOf(row!)
        await addEvent(query, job.id, 'started', { attempt: job.attempt })
        return { job, attempt: job.attempt }
      })
      if (claimed) await database.ring(claimed.job.id)
      return claimed
    },

    async renew({ job, attempt }) {
      const rows = await database.query(
        `UPDATE jobs SET lease_until = ${now} + ?
         WHERE id = ? AND attempt = ? AND state = 'running' RETURNING id`,
        [policy.leaseMs, job.id, attempt],
      )
      return rows.length > 0
    },

    async tell({ job, attempt }, type, data) {
      const told = await database.transaction(async (query) => {
        const held = await query(
          `SELECT id FROM jobs WHERE id = ? AND attempt = ? AND state = 'running'`,
          [job.id, attempt],
        )
        if (held.length === 0) return false
        await addEvent(query, job.id, type, data)
        return true
      })
      if (told) await database.ring(job.id)
    },

    complete: (claim, result) => end(claim, 'completed', { result }),
    fail: (claim, error) => end(claim, 'failed', { error }),

    async handBack({ job, attempt }) {
      await database.query(
        `UPDATE jobs SET state = 'queued', attempt = attempt - 1, worker = NULL, started_at = NULL,
           lease_until = NULL WHERE id = ? AND attempt = ? AND state = 'running'`,
        [job.id, attempt],
      )
      await database.ring(job.id)
      await database.ring(queuedTopic)
    },

    async reap() {
      const dead = await database.query(
        `SELECT id, attempt FROM jobs WHERE state = 'running' AND lease_until < ${now}`,
      )
      let count = 0
      for (const { id, attempt } of dead) {
        const overdue = `lease_until < ${now}`
        if (await startOver(String(id), Number(attempt), workerLost, overdue)) count++
      }
      return count
    },

    retry: ({ job, attempt }, error) => startOver(job.id, attempt, error),

    async cancel(id) {
      await cancelWhere('id = ?', [id])
      return get(id)
    },
    cancelAll: (owner) =>
      owner === undefined ? cancelWhere('1 = 1', []) : cancelWhere('owner = ?', [owner]),

    async prioritise(id, priority) {
      const rows = await database.query(
        `UPDATE jobs SET priority = ? WHERE id = ? AND state = 'queued' RETURNING id`,
        [priority, id],
      )
      if (rows.length > 0) await database.ring(id)
      return rows.length > 0
    },

    async remove(id) {
      const rows = await database.transaction(async (query) => {
        await query('DELETE FROM events WHERE job = ?', [id])
        return query('DELETE FROM jobs WHERE id = ? RETURNING id', [id])
      })
      if (rows.length > 0) await database.ring(id)
      return rows.length > 0
    },

    async endedBefore(time, limit) {
      const rows = await database.query(
        'SELECT * FROM jobs WHERE ended_at < ? ORDER BY ended_at LIMIT ?',
        [time, limit],
      )
      return rows.map(jobOf)
    },

    async events(id, seq) {
      const rows = await database.query(
        'SELECT seq, type, at, data FROM events WHERE job = ? AND seq > ? ORDER BY seq',
        [id, seq],
      )
      return rows.map((row) => ({
        seq: Number(row.seq),
        type: row.type as JobEvent['type'],
        at: Number(row.at),
        data: JSON.parse(String(row.data)) as JobEvent['data'],
      }))
    },

    watch: watchTopic,
    watchQueued: (onChange) => watchTopic(queuedTopic, onChange),

    async close() {
      stopListening()
      await database.close()
    },
  }
}

const json = (value: unknown) => (value === undefined ? null : JSON.stringify(value))

function jobOf(row: Row): Job {
  const time = (value: Row[string] | undefined) => (value === null ? null : Number(value))
  return {
    id: String(row.id),
    owner: String(row.owner),
    client: String(row.client),
    state: row.state as JobState,
    priority: Number(row.priority),
    request: JSON.parse(String(row.request)),
    digest: String(row.digest),
    pixels: Number(row.pixels),
    budgetSeconds: Number(row.budget_seconds),
    attempt: Number(row.attempt),
    createdAt: Number(row.created_at),
    startedAt: time(row.started_at),
    endedAt: time(row.ended_at),
    result: row.result === null ? null : (JSON.parse(String(row.result)) as JobResult),
    error: row.error === null ? null : (JSON.parse(String(row.error)) as JobError),
  }
}

/** @throws ServerError `queue/idempotency` */
function sameWish(job: Job, digest: string): Job {
  if (job.digest === digest) return job
  throw new ServerError(
    'queue/idempotency',
    'idempotency key: it came with another request before',
    { hint: 'Use a new key for a new request.' },
  )
}

/** @throws ServerError `queue/full`, `queue/client-full` */
async function checkRoom(query: Database['query'], client: string, policy: QueuePolicy) {
  const [row] = await query(
    `SELECT COUNT(*) AS total, COALESCE(SUM(CASE WHEN client = ? THEN 1 ELSE 0 END), 0) AS own
     FROM jobs WHERE state = 'queued'`,
    [client],
  )
  if (Number(row!.total) >= policy.maxQueued) {
    throw new ServerError(
      'queue/full',
      `queue: ${policy.maxQueued} jobs are waiting, no more are taken`,
    )
  }
  if (Number(row!.own) >= policy.maxQueuedPerClient) {
    throw new ServerError(
      'queue/client-full',
      `queue: ${policy.maxQueuedPerClient} jobs of this client are waiting, no more are taken`,
    )
  }
}

/** Where a page ended: time and id. Nonsense begins at the end. */
function cursor(text: string): [time: number, id: string] {
  const dot = text.indexOf('.')
  const time = Number(text.slice(0, dot))
  return Number.isSafeInteger(time) ? [time, text.slice(dot + 1)] : [0, '']
}
