import type { Database } from './database.ts'

/**
 * The most that one look adds: a clock that is set, or a database that was away, takes so much of a lease and no more.
 * Processes look more often.
 */
const mostMs = 3000

/**
 * The clock that leases end by: milliseconds that pass while somebody looks, kept in the database, so that a process that
 * has just begun knows at once what is overdue, and no clock that is set ends an attempt.
 */
export function createLeaseClock(now: string) {
  const passed = `CASE WHEN ${now} < seen_at THEN 0 WHEN ${now} - seen_at > ${mostMs} THEN ${mostMs}
    ELSE ${now} - seen_at END`
  return {
    /** The time now, as an expression. */
    reading: `(SELECT ms + ${passed} FROM lease_clock)`,
    /** Moves it on, and answers the time. */
    async look(query: Database['query']): Promise<number> {
      const [row] = await query(
        `UPDATE lease_clock SET ms = ms + ${passed}, seen_at = ${now} RETURNING ms`,
      )
      return Number(row!.ms)
    },
  }
}
