import type { WireRequest } from '../request-schema.ts'

/** What becomes of a scene. The last three are final. */
export type SceneState = 'queued' | 'running' | 'completed' | 'failed' | 'cancelled'

/** A file of a scene's that is there. */
export interface ServerFile {
  readonly name: string
  readonly bytes: number
  /** Path on the server. */
  readonly url: string
}

/** Why something failed. */
export interface ServerFailure {
  readonly code: string
  readonly message: string
  readonly hint?: string | undefined
}

/** A scene of a server's, from its request to its files. Times are ISO 8601. */
export interface ServerScene {
  readonly id: string
  readonly state: SceneState
  /** Scenes that will be made before it, while it is queued. */
  readonly ahead?: number | undefined
  /** Seconds until it is done, from measured times; null where nothing was measured. */
  readonly estimatedSeconds: number | null
  /** Time that it may take on its device. */
  readonly budgetSeconds: number
  readonly prompt: string
  readonly seed: number
  readonly resolution: readonly [frames: number, height: number, width: number]
  readonly createdAt: string
  readonly startedAt: string | null
  readonly endedAt: string | null
  readonly result: SceneResult | null
  readonly error: ServerFailure | null
  /** Files that are there; `capabilities().files` names those that are made when they are asked for. */
  readonly files: readonly ServerFile[]
}

/** What became of a scene. */
export interface SceneResult {
  readonly seed: number
  readonly gaussians: number
  /** On the engine. */
  readonly seconds: number
  /** Seconds by stage. */
  readonly timings: Readonly<Record<string, number>>
}

/** A scene that was queued. */
export interface SubmittedScene extends ServerScene {
  /** What will probably not come out as hoped. */
  readonly warnings: readonly string[]
}

/** A part of one's own scenes, the newest first. */
export interface ScenePage {
  readonly scenes: readonly ServerScene[]
  /** The `after` of the next page; null on the last. */
  readonly next: string | null
}

/** What a server has to do. */
export interface QueueState {
  /** Scenes by state. */
  readonly counts: Readonly<Record<SceneState, number>>
  /** How long the oldest queued scene has waited. */
  readonly oldestSeconds: number
  /** Seconds a pixel of a frame, as the last scenes took; null before the first. */
  readonly secondsPerPixel: number | null
}

type Range = readonly [least: number, most: number]

/** A model that a server has, and what requests get that leave something out. */
export interface ServerModel {
  readonly name: string
  /** Where a request names none. */
  readonly resolution: readonly [frames: number, height: number, width: number]
  /** Where a request names none. */
  readonly path: string
  /** Degrees below the horizon. */
  readonly lookDown: number
  readonly trained: {
    readonly frames: Range
    readonly sizes: readonly { readonly width: number; readonly height: number }[]
  }
}

/** What can be asked of a server. */
export interface Capabilities {
  readonly model: string
  readonly frames: Range
  /** Height and width, pixels. */
  readonly side: Range
  readonly sideMultiple: number
  /** Most pixels of all frames. */
  readonly pixels: number
  /** Most scenes of one batch. */
  readonly seeds: number
  readonly templates: readonly {
    readonly name: string
    readonly summary: string
    readonly unit: 'distances' | 'degrees'
    readonly amount: number
  }[]
  /** Names that every completed scene can be fetched by. */
  readonly files: readonly string[]
  readonly convert: readonly string[]
  readonly targets: readonly string[]
  readonly tiers: readonly string[]
  readonly film: boolean
  readonly maxBodyBytes: number
  readonly maxQueuedPerClient: number
  readonly maxRunningPerClient: number
  readonly keepSeconds: number
  readonly budgetSeconds: number | null
}

/** A request for a scene; the photograph may be a file. */
export interface SceneRequest extends Omit<WireRequest, 'image'> {
  readonly image?: Blob | string | null | undefined
}

/** Something that happened to a scene, in order. */
export type SceneEvent =
  /** So many scenes will be made before it. */
  | { readonly type: 'place'; readonly ahead: number }
  | { readonly type: 'queued' }
  | { readonly type: 'started'; readonly attempt: number }
  | {
      readonly type: 'progress'
      readonly stage: string
      readonly step: number
      /** Of the whole, 0 to 1. */
      readonly fraction: number
    }
  /** A preview is there, at a path on the server. */
  | { readonly type: 'step'; readonly step: number; readonly preview: string }
  /** Its worker was lost; it is queued again. */
  | ({ readonly type: 'retry' } & ServerFailure)
  | ({ readonly type: 'done' } & SceneResult)
  | ({ readonly type: 'failed' } & ServerFailure)
  | { readonly type: 'cancelled' }
