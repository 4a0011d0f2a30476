import { setImmediate } from 'node:timers/promises'
import { admit, checkText } from './admission.ts'
import { createBells } from './bells.ts'
import { createChange, held } from './change.ts'
import type { Database } from './database.ts'
import type { JobError, JobEvent, JobResult } from './job.ts'
import { createLeaseClock } from './lease-clock.ts'
import { createLine, inTurn } from './line.ts'
import type { Claim, Queue, QueuePolicy } from './queue.ts'
import { cursor, jobOf, json } from './rows.ts'
import { migrate } from './schema.ts'
import { createWebhooks } from './webhooks.ts'

const queuedTopic = 'queued'

const workerLost: JobError = {
  code: 'job/worker-lost',
  message: 'its worker was not heard of any more',
  hint: 'A smaller scene may be within the machine’s means.',
}

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
  const { ring, ringAll, watch, close: closeBells } = createBells(database, () => line.changed())
  const change = createChange(now)
  const clock = createLeaseClock(now)
  const newLease = `lease_end = ${clock.reading} + ${policy.leaseMs}`

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

  /**
   * Queues a running job again, or fails it with `error` when it was lost too often.
   * @param overdue a time of the leases' clock: only if its lease has ended by then
   */
  const startOver = async (id: string, attempt: number, error: JobError, overdue?: number) => {
    const still = overdue === undefined ? '' : ' AND lease_end <= ?'
    const parameters = [id, attempt, ...(overdue === undefined ? [] : [overdue])]
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
      else if (rows.length > 1) await ringAll()
      if (rows.length < batch) return count
      await setImmediate()
    }
  }

  const reap = async (condition: string, parameters: readonly number[] = []) => {
    const running = await database.query(
      `SELECT id, attempt FROM jobs WHERE state = 'running' AND ${condition}`,
      parameters,
    )
    let count = 0
    for (const { id, attempt } of running)
      if (await startOver(String(id), Number(attempt), workerLost, ...parameters)) count++
    return count
  }

  const get = async (id: string) => {
    const [row] = await database.query('SELECT * FROM jobs WHERE id = ?', [id])
    return row && jobOf(row)
  }

  return {
    async submit(asked) {
      checkText(asked)
      const answer = await database.alone('turns', (query) => admit(query, now, asked, policy))
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
            set: `state = 'running', attempt = attempt + 1, worker = ?, started_at = ${now}, ${newLease}`,
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
      const rows = await database.query(`UPDATE jobs SET ${newLease} WHERE ${held} RETURNING id`, [
        job.id,
        attempt,
      ])
      return rows.length > 0
    },

    async tell({ job, attempt }, type, data) {
      const told = await database.transaction((query) =>
        change(
          query,
          { set: newLease, where: held, parameters: [job.id, attempt] },
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

    async reap() {
      const time = await clock.look(database.query)
      return reap('lease_end <= ?', [time])
    },
    reapAll: () => reap('1 = 1'),

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
        await query('DELETE FROM webhooks WHERE job = ?', [id])
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

    webhooks: createWebhooks(database),

    watch,
    watchQueued: (onChange) => watch(queuedTopic, onChange),

    async close() {
      closeBells()
      await database.close()
    },
  }
}
