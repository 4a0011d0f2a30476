import type { GenerateEvent } from 'flashworld'

/**
 * What `--json` prints: one of these a line, on standard output. The last line of a command is its `result`, `done` or
 * `error`; a stream that ends without one was cut short.
 */
export type Event =
  /** A generation begins; the same seed makes the same scene again. */
  | Extract<GenerateEvent, { type: 'started' }>
  | ProgressEvent
  /** One of the model's steps is done. */
  | { readonly type: 'step'; readonly step: number }
  | FileEvent
  | SceneEvent
  /** What somebody should know, such as what a format could not keep. */
  | { readonly type: 'note'; readonly message: string }
  /** `batch`: a request's turn has come. */
  | { readonly type: 'request'; readonly name: string; readonly index: number; readonly of: number }
  /** `batch`: a request could not be made; the others go on. */
  | ({ readonly type: 'failure'; readonly name: string } & Failure)
  /** `verify`: one stage against its golden. */
  | {
      readonly type: 'comparison'
      readonly name: string
      readonly error: number
      readonly tolerance: number
      readonly passed: boolean
    }
  /** `models pull`: what will be fetched, what it takes, and under which licences. */
  | ({ readonly type: 'plan' } & Readonly<Record<string, unknown>>)
  /** What was asked for, of the commands that tell something. */
  | ({ readonly type: 'result' } & Readonly<Record<string, unknown>>)
  /** The work is done: seconds, counts. */
  | ({ readonly type: 'done' } & Readonly<Record<string, unknown>>)
  | ({ readonly type: 'error' } & Failure)

/** How far the work is. */
export interface ProgressEvent {
  readonly type: 'progress'
  readonly activity: string
  /** 0 to 1; null where the end is not known. */
  readonly fraction: number | null
  /** Of what is counted. */
  readonly done: number
  readonly total: number | null
  /** What is counted, such as `pictures`; null for a fraction. */
  readonly unit: string | null
  /** About; null before there is anything to judge by. */
  readonly secondsLeft: number | null
  /** Of a generation. */
  readonly stage?: string
  /** Of a generation, 1-based; 0 before the first. */
  readonly step?: number
}

/** A scene is made, and all of its files are there. */
export interface SceneEvent {
  readonly type: 'scene'
  readonly seed: number
  /** In its files. */
  readonly gaussians: number
  readonly seconds: number
  /** Seconds by stage. */
  readonly timings: Readonly<Record<string, number>>
  readonly peakBytes: number
}

/** A file is there, whole. */
export interface FileEvent {
  readonly type: 'file'
  readonly path: string
  /** Missing for a folder. */
  readonly bytes?: number
  /** Of a scene. */
  readonly gaussians?: number
  /** Of a tier: how alike it looks, dB. */
  readonly psnr?: number
}

export interface Failure {
  /** For programs, such as `output/exists`. */
  readonly code: string
  /** For people. */
  readonly message: string
  /** What to do about it. */
  readonly hint?: string
}
