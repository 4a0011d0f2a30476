import type { Job } from './job.ts'
import { isFinal } from './job.ts'

/** Below this, what was measured of a job says less than what was known before it. */
const tellingFraction = 0.15

/** How long a person has waited for a job, or had, seconds. */
export const waitedSeconds = ({ askedAt, endedAt }: Job, now: number): number =>
  Math.max(0, ((endedAt ?? now) - askedAt) / 1000)

/**
 * About how long a job will still take, seconds; null where nothing tells. At first by the server's estimate, and as
 * the work goes on more and more by the pace of the work itself.
 */
export function remainingSeconds(job: Job, now: number): number | null {
  if (isFinal(job)) return 0
  const { estimatedSeconds, askedAt, startedAt, fraction } = job
  const byEstimate = estimatedSeconds && Math.max(0, estimatedSeconds - (now - askedAt) / 1000)
  if (startedAt === null || fraction <= 0) return byEstimate
  const byPace = ((now - startedAt) / 1000 / fraction) * (1 - fraction)
  if (byEstimate === null) return fraction < tellingFraction ? null : byPace
  const share = Math.min(1, fraction / (2 * tellingFraction))
  return share * byPace + (1 - share) * byEstimate
}

/** What of the server's queue an estimate is made from. */
export interface QueueLoad {
  readonly secondsPerPixel: number | null
  readonly counts: { readonly queued: number; readonly running: number }
}

export interface Estimate {
  /** To make what is asked for, without the wait; null where the server has not yet made anything. */
  readonly seconds: number | null
  /** Worlds that are made before. */
  readonly ahead: number
}

/** What a wish would take if it were asked for now. */
export function estimateOf(
  { secondsPerPixel, counts }: QueueLoad,
  wish: { frames: number; width: number; height: number; worlds: number },
): Estimate {
  const pixels = wish.frames * wish.width * wish.height * wish.worlds
  return {
    seconds: secondsPerPixel && secondsPerPixel * pixels,
    ahead: counts.queued + counts.running,
  }
}

/** Seconds as a person says them: below ten with a tenth, then whole, then minutes. */
export interface SpokenTime {
  readonly unit: 'second' | 'minute'
  readonly amount: number
}

export function spokenTime(seconds: number): SpokenTime {
  if (seconds < 10) return { unit: 'second', amount: Math.round(seconds * 10) / 10 }
  if (seconds < 90) return { unit: 'second', amount: Math.round(seconds) }
  return { unit: 'minute', amount: Math.round(seconds / 60) }
}
