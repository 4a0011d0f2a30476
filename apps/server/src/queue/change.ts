import type { Database, Row, SqlValue } from './database.ts'
import type { JobEvent } from './job.ts'

/** Which jobs are changed, and how, in SQL. */
export interface Change {
  readonly set: string
  readonly where: string
  readonly parameters: readonly SqlValue[]
}

/** A worker still holds the job by this attempt. */
export const held = `id = ? AND attempt = ? AND state = 'running'`

/** Events that end a job. */
const endings: readonly JobEvent['type'][] = ['done', 'failed', 'cancelled']

/**
 * Changes jobs and tells it as an event of each; a job that ends has its webhook due. The UPDATE holds the job's row until
 * the event has its number, so events of one job follow each other whoever writes them.
 */
export const createChange =
  (now: string) =>
  async (
    query: Database['query'],
    { set, where, parameters }: Change,
    type: JobEvent['type'],
    data: (job: Row) => JobEvent['data'] = () => ({}),
  ): Promise<readonly Row[]> => {
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
      if (endings.includes(type))
        await query(`UPDATE webhooks SET due_at = ${now} WHERE job = ?`, [row.id!])
    }
    return rows
  }
