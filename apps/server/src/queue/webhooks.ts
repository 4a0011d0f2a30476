import type { Database } from './database.ts'

/** Somebody wants to be told at a URL that a job has ended. */
export interface Webhook {
  readonly job: string
  readonly url: string
  /** How often it was tried, this time included. */
  readonly tries: number
}

/** Webhooks that are not delivered yet. They are kept with their jobs, so that no restart loses one. */
export interface Webhooks {
  /** Those of ended jobs whose time has come, the oldest first: the caller's alone for so long. */
  take(limit: number, leaseMs: number): Promise<readonly Webhook[]>
  /** It is due again after so long. */
  postpone(job: string, ms: number): Promise<void>
  /** It was delivered or given up. */
  forget(job: string): Promise<void>
}

export const createWebhooks = ({ query, now, skipLocked }: Database): Webhooks => ({
  async take(limit, leaseMs) {
    const rows = await query(
      `UPDATE webhooks SET tries = tries + 1, due_at = ${now} + ? WHERE job IN (
         SELECT job FROM webhooks WHERE due_at <= ${now} ORDER BY due_at LIMIT ? ${skipLocked}
       ) RETURNING job, url, tries`,
      [leaseMs, limit],
    )
    return rows.map(({ job, url, tries }) => ({
      job: String(job),
      url: String(url),
      tries: Number(tries),
    }))
  },
  async postpone(job, ms) {
    await query(`UPDATE webhooks SET due_at = ${now} + ? WHERE job = ?`, [ms, job])
  },
  async forget(job) {
    await query('DELETE FROM webhooks WHERE job = ?', [job])
  },
})
