import type { JobError, JobResult } from '../queue/job.ts'

/** What a worker process tells its engine process. */
export type ToEngine =
  | { readonly type: 'run'; readonly task: EngineTask }
  /** Ends the task that runs, if any. */
  | { readonly type: 'cancel' }

/** One scene to make. */
export interface EngineTask {
  /** The checked request as plain JSON. */
  readonly request: unknown
  /** The photograph's bytes. */
  readonly image: Uint8Array | undefined
  /** An empty folder for the scene's files and previews. */
  readonly folder: string
}

/** What the engine's tensors take of its device. */
export interface EngineMemory {
  readonly liveBytes: number
  /** The most since the model was loaded. */
  readonly peakBytes: number
}

/** What an engine process tells. */
export type FromEngine =
  | { readonly type: 'ready'; readonly device: string }
  | {
      readonly type: 'progress'
      readonly stage: string
      readonly step: number
      readonly fraction: number
    }
  | ({ readonly type: 'memory' } & EngineMemory)
  /** A preview is in the task's folder. */
  | { readonly type: 'step'; readonly step: number; readonly preview: string }
  | { readonly type: 'done'; readonly result: JobResult }
  | { readonly type: 'failed'; readonly error: JobError }
