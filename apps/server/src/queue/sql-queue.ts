import { setImmediate } from 'node:timers/promises'
import { checkRoom, checkText, sameWish } from './admission.ts'
import type { Database, Row, SqlValue } from './database.ts'
import type { Job, JobError, JobEvent, JobResult, JobState } from './job.ts'
import { createLine, inTurn } from './line.ts'
import type { Claim, Queue, QueuePolicy } from './queue.ts'
import { migrate } from './schema.ts'

const queuedTopic = 'queued'

const workerLost: JobError = {
  code: 'job/worker-lost',
  message: 'its worker was not heard of any more',
  hint: 'A smaller scene may be within the machine’s means.',
}

/** Rung when so much has happened that whoever waits for anything looks. */
const everyTopic = '*'

/** So many jobs are cancelled in one transaction: nobody else waits long for it. */
const batch = 500

/**
 * The queue on a database. Fairness is start-time fair queueing: a job's turn is the later of the turn that is being
 * served and the one after its client's last, so a hundred jobs of one client stand at a hundred turns and another
 * client's first stands beside the next of them.
 */
export async function createSqlQueue(database: Database, policy: QueuePolicy): Promise<Queue> {
  await migrate(database)
  const { now } = database
  const line = createLine(database)
  const watchers = new Map<string, Set<() => void>>()
  const stopListening = database.listen((topic) => {
    line.changed()
    const rung = topic === everyTopic ? [...watchers.values()] : [watchers.get(topic) ?? []]
    for (const onChange of rung.flatMap((set) => [...set])) onChange()
  })
  const ring = async (...topics: string[]) => {
    line.changed()
    for (const topic of topics) await database.ring(topic)
  }

  const watchTopic = (topic: string, onChange: () => void) => {
    const found = watchers.get(topic) ?? new Set()
    watchers.set(topic, found.add(onChange))
    return () => {
      found.delete(onChange)
      if (found.size === 0) watchers.delete(topic)
    }
  }

  type Query = Database['query']

  /**
   * Changes jobs and tells it as an event of each. The UPDATE holds the job's row until the event has its number, so
   * events of one job follow each other whoever writes them.
   */
  const change = async (
    query: Query,
    { set, where, parameters }: Change,
    type: JobEvent['type'],
    data: (job: Row) => JobEvent['data'] = () => ({}),
  ) => {
    const rows = await query(
      `UPDATE jobs SET ${set}, events = events + 1 WHERE ${where} RETURNING *`,
      parameters,
    )
    for (const row of rows) {
      await query(`INSERT INTO events (job, seq, type, at, data) VALUES (?, ?, ?, ${now}, ?)`, [
        row.id!,
        row.events!,
        type,
        JSON.stringify(data(row)),
      ])
    }
    return rows
  }

  /** Ends a job of this attempt. False when the claim is stale. */
  const end = async (
    { job: { id }, attempt }: Claim,
    state: 'completed' | 'failed',
    outcome: { readonly result?: JobResult; readonly error?: JobError },
  ) => {
    const done = await database.transaction(async (query) => {
      const ended = await change(
        query,
        {
          set: `state = ?, result = ?, error = ?, ended_at = ${now}`,
          where: held,
          parameters: [state, json(outcome.result), json(outcome.error), id, attempt],
        },
        state === 'completed' ? 'done' : 'failed',
        () => ({ ...outcome.result, ...outcome.error }),
      )
      if (ended.length > 0) return true
      // It may have been done before, and its answer lost with the line.
      const earlier = await query(
        'SELECT id FROM jobs WHERE id = ? AND attempt = ? AND state = ?',
        [id, attempt, state],
      )
      return earlier.length > 0
    })
    if (done) await ring(id, queuedTopic) // the client may run another
    return done
  }

  /** Queues a running job again, or fails it with `error` when it was lost too often. */
  const startOver = async (id: string, attempt: number, error: JobError, heardAt?: Row[string]) => {
    const still = heardAt === undefined ? '' : ' AND heard_at = ?'
    const parameters = [id, attempt, ...(heardAt === undefined ? [] : [heardAt])]
    const done = await database.transaction(async (query) => {
      const again = await change(
        query,
        {
          set: `state = 'queued', losses = losses + 1, worker = NULL, started_at = NULL`,
          where: `${held}${still} AND losses + 1 < ?`,
          parameters: [...parameters, policy.maxAttempts],
        },
        'retry',
        () => ({ ...error }),
      )
      if (again.length > 0) return true
      const failed = await change(
        query,
        {
          set: `state = 'failed', losses = losses + 1, error = ?, ended_at = ${now}`,
          where: `${held}${still}`,
          parameters: [JSON.stringify(error), ...parameters],
        },
        'failed',
        () => ({ ...error }),
      )
      return failed.length > 0
    })
    if (done) await ring(id, queuedTopic)
    return done
  }

  const cancelWhere = async (condition: string, parameters: readonly string[]) => {
    for (let count = 0; ;) {
      const rows = await database.transaction((query) =>
        change(
          query,
          {
            set: `state = 'cancelled', ended_at = ${now}`,
            where: `state IN ('queued', 'running') AND id IN (
              SELECT id FROM jobs WHERE state IN ('queued', 'running') AND ${condition}
              ORDER BY id LIMIT ${batch})`,
            parameters,
          },
          'cancelled',
        ),
      )
      count += rows.length
      if (rows.length === 1) await ring(String(rows[0]!.id), queuedTopic)
      else if (rows.length > 1) await ring(everyTopic)
      if (rows.length < batch) return count
      await setImmediate()
    }
  }

  /** What runs, when this process first saw it so. */
  let heard = new Map<string, { readonly state: string; readonly at: number }>()

  const reap = async (leaseMs: number) => {
    const at = performance.now()
    const running = await database.query(
      `SELECT id, attempt, heard_at FROM jobs WHERE state = 'running'`,
    )
    const before = heard
    heard = new Map()
    let count = 0
    for (const { id, attempt, heard_at: heardAt } of running) {
      const state = `${attempt} ${heardAt}`
      const earlier = before.get(String(id))
      const since = earlier?.state === state ? earlier.at : at
      if (at - since < leaseMs) heard.set(String(id), { state, at: since })
      else if (await startOver(String(id), Number(attempt), workerLost, heardAt)) count++
    }
    return count
  }

  const get = async (id: string) => {
    const [row] = await database.query('SELECT * FROM jobs WHERE id = ?', [id])
    return row && jobOf(row)
  }

  return {
    async submit(asked) {
      checkText(asked)
      const answer = await database.alone('turns', async (query) => {
        const key = asked.idempotencyKey
        const [earlier] =
          key === undefined
            ? []
            : await query('SELECT * FROM jobs WHERE owner = ? AND idempotency_key = ?', [
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
            key ?? null,
            asked.pixels,
            asked.budgetSeconds,
          ],
        )
        await query(
          `INSERT INTO events (job, seq, type, at, data) VALUES (?, 1, 'queued', ${now}, '{}')`,
          [asked.id],
        )
        return { job: jobOf(row!), isNew: true }
      })
      if (answer.isNew) await ring(queuedTopic)
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

    ahead: (job) => line.ahead(job),
    statistics: () => line.statistics(),

    async clock() {
      const [row] = await database.query(`SELECT ${now} AS clock`)
      return Number(row!.clock)
    },

    async claim(worker) {
      const job = await database.alone('turns', async (query) => {
        const [next] = await query(
          `SELECT id, turn FROM jobs WHERE state = 'queued' AND client NOT IN (
             SELECT client FROM jobs WHERE state = 'running' GROUP BY client HAVING COUNT(*) >= ?
           ) ORDER BY ${inTurn} LIMIT 1 ${database.skipLocked}`,
          [policy.maxRunningPerClient],
        )
        if (!next) return undefined
        await query('UPDATE served SET turn = ? WHERE turn < ?', [next.turn!, next.turn!])
        const [row] = await change(
          query,
          {
            set: `state = 'running', attempt = attempt + 1, worker = ?, started_at = ${now}, heard_at = ${now}`,
            where: `id = ? AND state = 'queued'`,
            parameters: [worker, next.id!],
          },
          'started',
          ({ attempt }) => ({ attempt: Number(attempt) }),
        )
        return row && jobOf(row)
      })
      if (!job) return undefined
      await ring(job.id)
      return { job, attempt: job.attempt }
    },

    async renew({ job, attempt }) {
      const rows = await database.query(
        `UPDATE jobs SET heard_at = ${now} WHERE ${held} RETURNING id`,
        [job.id, attempt],
      )
      return rows.length > 0
    },

    async tell({ job, attempt }, type, data) {
      const told = await database.transaction((query) =>
        change(
          query,
          { set: `heard_at = ${now}`, where: held, parameters: [job.id, attempt] },
          type,
          () => data,
        ),
      )
      if (told.length > 0) await ring(job.id)
    },

    complete: (claim, result) => end(claim, 'completed', { result }),
    fail: (claim, error) => end(claim, 'failed', { error }),

    async handBack({ job, attempt }) {
      await database.transaction((query) =>
        change(
          query,
          {
            set: `state = 'queued', worker = NULL, started_at = NULL`,
            where: held,
            parameters: [job.id, attempt],
          },
          'queued',
        ),
      )
      await ring(job.id, queuedTopic)
    },

    reap: () => reap(policy.leaseMs),
    reapAll: () => reap(0),

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
      if (rows.length > 0) await ring(id, queuedTopic)
      return rows.length > 0
    },

    async remove(id) {
      const rows = await database.transaction(async (query) => {
        const removed = await query('DELETE FROM jobs WHERE id = ? RETURNING id', [id])
        await query('DELETE FROM events WHERE job = ?', [id])
        return removed
      })
      if (rows.length > 0) await ring(id, queuedTopic)
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

interface Change {
  readonly set: string
  readonly where: string
  readonly parameters: readonly SqlValue[]
}

/** A worker still holds the job by this attempt. */
const held = `id = ? AND attempt = ? AND state = 'running'`

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

/** Where a page ended: time and id. Nonsense begins at the end. */
function cursor(text: string): [time: number, id: string] {
  const dot = text.indexOf('.')
  const time = Number(text.slice(0, dot))
  const id = text.slice(dot + 1)
  return Number.isSafeInteger(time) && /^[\w-]*$/.test(id) ? [time, id] : [0, '']
}
