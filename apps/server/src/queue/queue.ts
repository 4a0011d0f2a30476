import type { Job, JobError, JobEvent, JobResult, JobState, NewJob } from './job.ts'
import type { Webhooks } from './webhooks.ts'

/** A job in a worker's hands. All that the worker writes is refused once another attempt has begun. */
export interface Claim {
  readonly job: Job
  readonly attempt: number
}

export interface JobPage {
  readonly jobs: readonly Job[]
  /** Where the next page begins; none when this is the last. */
  readonly next?: string
}

/** What stands before a job. */
export interface Ahead {
  /** Jobs that will run before it. */
  readonly jobs: number
  readonly pixels: number
  /** Until it is done, as measured on the last completed jobs; null before the first of them. */
  readonly seconds: number | null
}

export interface QueueStatistics {
  readonly counts: Readonly<Record<JobState, number>>
  /** Seconds that the oldest queued job has waited. */
  readonly oldestSeconds: number
  /** Seconds a pixel of a frame over the last completed jobs; null before the first. */
  readonly secondsPerPixel: number | null
}

/** How the queue behaves; the same for every process on one database. */
export interface QueuePolicy {
  /** A worker that is not heard of for so long is dead, and its job runs elsewhere. */
  readonly leaseMs: number
  /** A job whose worker or device was lost so often has failed. */
  readonly maxAttempts: number
  readonly maxQueued: number
  readonly maxQueuedPerClient: number
  readonly maxRunningPerClient: number
}

export const defaultPolicy: QueuePolicy = {
  leaseMs: 10_000,
  maxAttempts: 3,
  maxQueued: 10_000,
  maxQueuedPerClient: 200,
  maxRunningPerClient: 2,
}

/**
 * The one place where jobs live. An accepted job is on disk before `submit` answers; it runs at least once and is
 * published exactly once: `complete` compares the attempt, so a worker that was given up may not publish.
 */
export interface Queue {
  /**
   * @throws ServerError `queue/full`, `queue/client-full`, `queue/idempotency`, `queue/text`; after `queue/unreachable`
   * nobody knows whether the job was taken, and its idempotency key finds it
   */
  submit(job: NewJob): Promise<{ readonly job: Job; readonly isNew: boolean }>
  get(id: string): Promise<Job | undefined>
  /** Newest first. */
  list(owner: string, page: { readonly limit: number; readonly after?: string }): Promise<JobPage>
  /** As of now while the queue is short, of the last second when it is long: it costs no look at the database. */
  ahead(job: Job): Promise<Ahead>
  /** As fresh, and as cheap, as `ahead`. */
  statistics(): Promise<QueueStatistics>
  /** Milliseconds since 1970 by the clock that job's times are of. */
  clock(): Promise<number>

  /** The next job in turn: higher priority first, then by fair turns between clients. */
  claim(worker: string): Promise<Claim | undefined>
  /** Keeps the claim for another lease. False: the job was cancelled, deleted or given to another worker. */
  renew(claim: Claim): Promise<boolean>
  /** Tells what happens to the job; nothing once the claim is lost. */
  tell(claim: Claim, type: JobEvent['type'], data: JobEvent['data']): Promise<void>
  /**
   * Publishes by compare-and-set on (job, attempt); again after an error, whose outcome nobody knows. False: the attempt
   * is stale, its files must go.
   */
  complete(claim: Claim, result: JobResult): Promise<boolean>
  fail(claim: Claim, error: JobError): Promise<boolean>
  /** Queues the job again after its device was lost; fails it for good when it was started too often. */
  retry(claim: Claim, error: JobError): Promise<boolean>
  /** Puts the job back, as when the worker is told to stop; the attempt does not count. */
  handBack(claim: Claim): Promise<void>
  /**
   * Queues again, or fails for good, what dead workers held: those whose lease has ended. Time passes for leases while
   * somebody looks, so this is called every few seconds. Answers how many.
   */
  reap(): Promise<number>
  /** The same for all that runs, when it is known that no worker lives. */
  reapAll(): Promise<number>

  /** In any state, any number of times: a final job stays as it is. Undefined when there is none. */
  cancel(id: string): Promise<Job | undefined>
  /** Cancels all that is queued or running, of one owner or of all. */
  cancelAll(owner?: string): Promise<number>
  /** False when it is not queued any more. */
  prioritise(id: string, priority: number): Promise<boolean>
  /** Forgets the job and its events. A worker that holds it loses its claim. */
  remove(id: string): Promise<boolean>
  /** Jobs that ended before `time`. */
  endedBefore(time: number, limit: number): Promise<readonly Job[]>

  /** Whom to tell of jobs that have ended. */
  readonly webhooks: Webhooks

  /** Events after `seq`. */
  events(id: string, seq: number): Promise<readonly JobEvent[]>
  /** Calls back when something happened to a job. Answers how to stop. */
  watch(id: string, onChange: () => void): () => void
  /** Calls back when a job may be waiting: one came, or one has ended. */
  watchQueued(onChange: () => void): () => void
  close(): Promise<void>
}
