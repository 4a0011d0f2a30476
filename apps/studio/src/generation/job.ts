import type { SceneEvent, ServerFailure } from 'flashworld/client'

/** Where a world is on its way. The last three are final. */
export type JobPhase =
  | 'sending'
  | 'queued'
  | 'running'
  /** It is made, and its file is on the way here. */
  | 'fetching'
  | 'done'
  | 'failed'
  | 'cancelled'

/** What goes wrong beyond what a server says of itself. */
export type LocalFailureCode = 'server/unreachable' | 'world/expired' | 'studio/failed'

export interface JobFailure {
  /** The server's codes, or `LocalFailureCode`. */
  readonly code: string
  readonly message: string
  readonly hint?: string | undefined
}

/** A world that is asked for. Times are milliseconds since 1970 by this machine's clock. */
export interface Job {
  /** The studio's own, from before the server knows it; its record in the history has the same. */
  readonly id: string
  /** The server's; null until it has taken the job. */
  readonly scene: string | null
  readonly phase: JobPhase
  readonly sentence: string
  /** Null until the server has chosen one. */
  readonly seed: number | null
  readonly frames: number
  readonly width: number
  readonly height: number
  /** Worlds that are made before this one, while it waits. */
  readonly ahead: number | null
  /** How long the server thought, when it took the job, that it would be until the end, seconds. */
  readonly estimatedSeconds: number | null
  /** Of the model, such as `decoder`; null before the first. */
  readonly stage: string | null
  /** From 1; 0 before the first. */
  readonly step: number
  /** Of the whole, 0 to 1. */
  readonly fraction: number
  /** Names of the pictures of the steps so far, the first step's first. */
  readonly previews: readonly string[]
  /** False while the server does not answer. */
  readonly isConnected: boolean
  /** The person has asked for its end, and the server has not yet agreed. */
  readonly isCancelling: boolean
  /** How often a worker was lost over it. */
  readonly retries: number
  readonly warnings: readonly string[]
  readonly askedAt: number
  readonly startedAt: number | null
  readonly endedAt: number | null
  readonly failure: JobFailure | null
}

export type NewJob = Pick<Job, 'id' | 'sentence' | 'seed' | 'frames' | 'width' | 'height'>

/** What the server says of a job when it takes it, or is asked for it. */
export interface AcceptedScene {
  readonly id: string
  readonly seed: number
  readonly ahead?: number | undefined
  readonly estimatedSeconds: number | null
  readonly warnings?: readonly string[]
}

/** What becomes known of a job. */
export type JobNews =
  | { readonly type: 'accepted'; readonly scene: AcceptedScene }
  | { readonly type: 'told'; readonly event: SceneEvent; readonly at: number }
  | { readonly type: 'connection'; readonly isConnected: boolean }
  | { readonly type: 'cancelling' }
  | { readonly type: 'fetched'; readonly at: number }
  | { readonly type: 'failed'; readonly failure: JobFailure; readonly at: number }

export const startJob = (asked: NewJob, at: number): Job => ({
  ...asked,
  scene: null,
  phase: 'sending',
  ahead: null,
  estimatedSeconds: null,
  stage: null,
  step: 0,
  fraction: 0,
  previews: [],
  isConnected: true,
  isCancelling: false,
  retries: 0,
  warnings: [],
  askedAt: at,
  startedAt: null,
  endedAt: null,
  failure: null,
})

export const isFinal = ({ phase }: Pick<Job, 'phase'>): boolean =>
  phase === 'done' || phase === 'failed' || phase === 'cancelled'

/** A job after news of it. What is final stays so, whatever comes late. */
export function jobAfter(job: Job, news: JobNews): Job {
  if (isFinal(job)) return job
  switch (news.type) {
    case 'accepted': {
      const { id, seed, ahead, estimatedSeconds, warnings = [] } = news.scene
      const phase = job.phase === 'sending' ? 'queued' : job.phase
      return { ...job, phase, scene: id, seed, ahead: ahead ?? null, estimatedSeconds, warnings }
    }
    case 'told':
      return afterEvent(job, news.event, news.at)
    case 'connection':
      return { ...job, isConnected: news.isConnected }
    case 'cancelling':
      return { ...job, isCancelling: true }
    case 'fetched':
      return { ...job, phase: 'done', fraction: 1, endedAt: news.at }
    case 'failed':
      return { ...job, phase: 'failed', failure: news.failure, endedAt: news.at }
  }
}

function afterEvent(job: Job, event: SceneEvent, at: number): Job {
  switch (event.type) {
    case 'queued':
      return job.phase === 'sending' ? { ...job, phase: 'queued' } : job
    case 'place':
      return { ...job, phase: 'queued', ahead: event.ahead }
    case 'started':
      return started(job, at)
    case 'progress': {
      const { stage, step, fraction } = event
      // what a page heard first may be the middle
      const running = job.phase === 'running' ? job : started(job, at)
      return { ...running, stage, step, fraction: Math.max(running.fraction, fraction) }
    }
    case 'step': {
      const name = event.preview.split('/').at(-1)!
      const previews = [...job.previews.slice(0, event.step - 1), name]
      return { ...job, step: Math.max(job.step, event.step), previews }
    }
    case 'retry':
      return { ...job, ...beforeStart, phase: 'queued', retries: job.retries + 1 }
    case 'done':
      return { ...job, phase: 'fetching', seed: event.seed, fraction: 1 }
    case 'failed':
      return { ...job, phase: 'failed', failure: failureOf(event), endedAt: at }
    case 'cancelled':
      return { ...job, phase: 'cancelled', isCancelling: false, endedAt: at }
  }
}

/** A job of which nothing is made. */
const beforeStart = {
  ahead: null,
  stage: null,
  step: 0,
  fraction: 0,
  previews: [],
  startedAt: null,
}

const started = (job: Job, at: number): Job => ({
  ...job,
  ...beforeStart,
  phase: 'running',
  startedAt: at,
})

const failureOf = ({ code, message, hint }: ServerFailure): JobFailure => ({ code, message, hint })

/** Jobs that someone waits for, the oldest first, and those that have ended. */
export const pendingJobs = (jobs: readonly Job[]) => jobs.filter((job) => !isFinal(job))

/** The job whose progress is shown large: the one that runs, else the next. */
export const shownJob = (jobs: readonly Job[]): Job | undefined => {
  const pending = pendingJobs(jobs)
  return pending.find(({ phase }) => phase === 'running' || phase === 'fetching') ?? pending[0]
}
