import type { Database } from './database.ts'
import type { Job, JobState } from './job.ts'
import type { Ahead, QueueStatistics } from './queue.ts'

/** The jobs of the last hour or so: enough to know a machine's speed, few enough to follow a change. */
const measuredJobs = 20

/** So many rows are counted in no time. */
const fewJobs = 1000

/** How old the view of many jobs may be. */
const maxAgeMs = 1000

/** Higher priority first, then turns; the id only breaks ties. */
export const inTurn = 'priority DESC, turn, id'

/** The queue as it stood at one moment. */
interface View {
  readonly statistics: QueueStatistics
  /** What stands before each queued job. */
  readonly places: ReadonlyMap<string, { readonly jobs: number; readonly pixels: number }>
  readonly runningPixels: number
  /** The database's clock, milliseconds. */
  readonly clock: number
}

/**
 * The line of waiting jobs, looked at in the database once for many questions: thousands ask for their place in a second,
 * and it changes a few times. The view of a short queue is of now as far as this process has heard; of a long one, a second
 * old at most.
 */
export interface Line {
  /** Something has changed. */
  changed(): void
  statistics(): Promise<QueueStatistics>
  ahead(job: Job): Promise<Ahead>
}

export function createLine(database: Database): Line {
  let changes = 0
  let seen: { readonly view: View; readonly at: number; readonly changes: number } | undefined
  let looking: Promise<View> | undefined

  const isFresh = () => {
    if (!seen || performance.now() - seen.at > maxAgeMs) return false
    return seen.changes === changes || total(seen.view.statistics) > fewJobs
  }

  const look = async () => {
    const before = changes
    const at = performance.now()
    const view = await lookAt(database)
    seen = { view, at, changes: before }
    return view
  }

  const view = async (): Promise<View> => {
    // a look under way may have begun before the last change
    if (looking) await looking
    if (isFresh()) return seen!.view
    looking ??= look().finally(() => (looking = undefined))
    return looking
  }

  return {
    changed() {
      changes++
    },

    statistics: async () => (await view()).statistics,

    async ahead(job) {
      const { statistics, places, runningPixels, clock } = await view()
      const { secondsPerPixel, counts } = statistics
      const seconds = (pixels: number) =>
        secondsPerPixel === null ? null : pixels * secondsPerPixel
      if (job.state === 'running') {
        const took = (clock + performance.now() - seen!.at - job.startedAt!) / 1000
        const all = seconds(job.pixels)
        return { jobs: 0, pixels: 0, seconds: all === null ? null : Math.max(0, all - took) }
      }
      if (job.state !== 'queued') return { jobs: 0, pixels: 0, seconds: null }
      const place = places.get(job.id) ?? (await placeOf(database, job))
      // Those that run are half done on average, and as many will work on as do.
      const before = (place.pixels + runningPixels / 2) / Math.max(1, counts.running)
      return { ...place, seconds: seconds(before + job.pixels) }
    },
  }
}

const total = ({ counts }: QueueStatistics) =>
  Object.values(counts).reduce((sum, count) => sum + count, 0)

async function lookAt({ query, now }: Database): Promise<View> {
  const counts: Record<JobState, number> = {
    queued: 0,
    running: 0,
    completed: 0,
    failed: 0,
    cancelled: 0,
  }
  const pixelsIn: Partial<Record<JobState, number>> = {}
  const states = await query(
    'SELECT state, COUNT(*) AS n, SUM(pixels) AS pixels FROM jobs GROUP BY state',
  )
  for (const { state, n, pixels } of states) {
    counts[state as JobState] = Number(n)
    pixelsIn[state as JobState] = Number(pixels)
  }
  const [time] = await query(
    `SELECT ${now} AS clock, MIN(created_at) AS oldest FROM jobs WHERE state = 'queued'`,
  )
  const clock = Number(time!.clock)
  const [speed] = await query(
    `SELECT SUM(ended_at - started_at) / 1000.0 / SUM(pixels) AS seconds FROM (
       SELECT ended_at, started_at, pixels FROM jobs WHERE state = 'completed'
       ORDER BY ended_at DESC LIMIT ${measuredJobs}) AS recent`,
  )
  const places = new Map<string, { jobs: number; pixels: number }>()
  let before = 0
  for (const { id, pixels } of await query(
    `SELECT id, pixels FROM jobs WHERE state = 'queued' ORDER BY ${inTurn}`,
  )) {
    places.set(String(id), { jobs: places.size, pixels: before })
    before += Number(pixels)
  }
  const seconds = speed?.seconds ?? null
  return {
    clock,
    places,
    runningPixels: pixelsIn.running ?? 0,
    statistics: {
      counts,
      oldestSeconds: time!.oldest === null ? 0 : Math.max(0, clock - Number(time!.oldest)) / 1000,
      secondsPerPixel: seconds === null ? null : Math.max(0, Number(seconds)),
    },
  }
}

/** Of a job that came after the last look. */
async function placeOf(database: Database, { id, priority }: Job) {
  const [row] = await database.query(
    `SELECT COUNT(*) AS jobs, COALESCE(SUM(j.pixels), 0) AS pixels
     FROM jobs j, (SELECT turn FROM jobs WHERE id = ?) AS own
     WHERE j.state = 'queued' AND (j.priority > ? OR (j.priority = ? AND
       (j.turn < own.turn OR (j.turn = own.turn AND j.id < ?))))`,
    [id, priority, priority, id],
  )
  return { jobs: Number(row!.jobs), pixels: Number(row!.pixels) }
}
