/** What becomes of a job. The last three are final. */
export type JobState = 'queued' | 'running' | 'completed' | 'failed' | 'cancelled'

export const finalStates: readonly JobState[] = ['completed', 'failed', 'cancelled']

/** An error as clients see it. */
export interface JobError {
  readonly code: string
  readonly message: string
  readonly hint?: string
}

/** What a completed job has to show. Its files are in the artifact store under the job's id. */
export interface JobResult {
  readonly seed: number
  /** Gaussians in the scene's files. */
  readonly gaussians: number
  /** Seconds on the engine, from the first operation to the last. */
  readonly seconds: number
  /** Seconds by stage. */
  readonly timings: Readonly<Record<string, number>>
}

/** What is asked of the queue. */
export interface NewJob {
  /** A random UUID: who knows it may not guess another. Files may lie under it before the job is queued. */
  readonly id: string
  /** Who may see the job: the name of a token, or `local`. */
  readonly owner: string
  /** With whom the job shares its turns: jobs of one client wait for each other, not for other clients'. */
  readonly client: string
  /** Higher first. 0 unless an operator says otherwise. */
  readonly priority: number
  /** The checked request as plain JSON; its photograph is in the artifact store. */
  readonly request: unknown
  /** The same for the same wish; a key that comes again with another digest is refused. */
  readonly digest: string
  readonly idempotencyKey?: string | undefined
  /** Where to tell that the job has ended. */
  readonly webhook?: string | undefined
  /** Frames times pixels: what the time is estimated from. */
  readonly pixels: number
  /** Seconds that the job may take on its device. */
  readonly budgetSeconds: number
}

/** A job as the queue keeps it. Times are milliseconds since 1970, by the database's clock. */
export interface Job extends Omit<NewJob, 'idempotencyKey' | 'webhook'> {
  readonly state: JobState
  /** How often it was started: 0 while it waits for the first time. */
  readonly attempt: number
  readonly createdAt: number
  readonly startedAt: number | null
  readonly endedAt: number | null
  readonly result: JobResult | null
  readonly error: JobError | null
}

/** Something that happened to a job, in order. `seq` counts from 1. */
export interface JobEvent {
  readonly seq: number
  readonly type:
    'queued' | 'started' | 'progress' | 'step' | 'retry' | 'done' | 'failed' | 'cancelled'
  readonly at: number
  readonly data: Readonly<Record<string, unknown>>
}
