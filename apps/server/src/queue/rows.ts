import type { Row } from './database.ts'
import type { Job, JobError, JobResult, JobState } from './job.ts'

/** A job as its row in the table has it. */
export function jobOf(row: Row): Job {
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

/** JSON for a column; NULL for undefined. */
export const json = (value: unknown) => (value === undefined ? null : JSON.stringify(value))

/** Where a page ended: time and id. Nonsense begins at the end. */
export function cursor(text: string): [time: number, id: string] {
  const dot = text.indexOf('.')
  const time = Number(text.slice(0, dot))
  const id = text.slice(dot + 1)
  return Number.isSafeInteger(time) && /^[\w-]*$/.test(id) ? [time, id] : [0, '']
}
