import type { Camera, ImageSize } from '@flashworld/camera'
import type { EngineKind } from '@flashworld/engine'
import type { ErrorCode } from '../errors.ts'
import { errorCode } from '../errors.ts'
import type { GenerateEvent, Picture } from '../events.ts'
import type { MemoryWish } from '../memory/choose.ts'
import type { RequestDefaults } from '../known-models.ts'
import type { CheckedRequest } from '../request.ts'
import type { GenerateRequest } from '../request-schema.ts'
import type { Scene } from '../scene.ts'
import type { EngineOptions } from './backends.ts'
import type { CheckpointFile } from './opfs.ts'

/** Where a worker finds a checkpoint. */
export type WorldSource =
  /** A folder on a server, of which parts are read as they are needed. */
  | { readonly url: string }
  /** What was stored under a name by `storeCheckpoint`. */
  | { readonly stored: string }
  /** A folder on a server whose files are stored under a name, if they are not yet, and read from there. */
  | { readonly url: string; readonly stored: string; readonly files: readonly CheckpointFile[] }

/** What a model needs to be loaded in a worker: plain data, which can be posted. */
export interface WorldOptions extends EngineOptions {
  readonly source: WorldSource
  /** As for `loadFlashWorld`. */
  readonly memory?: MemoryWish
}

/** How far loading is. */
export interface LoadProgress {
  readonly doing: 'storing' | 'loading'
  /** Part of the bytes that is there, 0 to 1. */
  readonly fraction: number
}

/** What a page knows of a model in a worker. */
export interface WorldFacts {
  readonly engine: {
    readonly kind: EngineKind
    readonly name: string
    readonly half: 'f16' | 'f32'
  }
  readonly defaults: RequestDefaults
}

/** What a page may ask for: what it gives, what comes on the way, and what at the end. */
export interface Calls {
  readonly load: { argument: WorldOptions; item: LoadProgress; result: WorldFacts }
  readonly checkRequest: {
    argument: GenerateRequest | CheckedRequest
    item: never
    result: CheckedRequest
  }
  readonly generate: {
    argument: GenerateRequest | CheckedRequest
    item: GenerateEvent
    result: undefined
  }
  readonly render: {
    argument: {
      readonly scene: Scene
      readonly cameras: readonly Camera[]
      readonly size: ImageSize
    }
    item: never
    result: Picture[]
  }
}

export type CallName = keyof Calls

/** To the worker: a call, or its end. Each call has a number of its own. */
export type ToWorker =
  | {
      [Name in CallName]: {
        readonly type: 'call'
        readonly id: number
        readonly name: Name
        readonly argument: Calls[Name]['argument']
      }
    }[CallName]
  | { readonly type: 'cancel'; readonly id: number }

/** To the page: items of a call, then either its result or its error. */
export type FromWorker =
  | { readonly type: 'item'; readonly id: number; readonly item: Calls[CallName]['item'] }
  | { readonly type: 'result'; readonly id: number; readonly result: Calls[CallName]['result'] }
  | { readonly type: 'error'; readonly id: number; readonly error: PlainError }

/** An error as plain data. */
export interface PlainError {
  readonly name: string
  readonly message: string
  readonly code?: ErrorCode
  readonly hint?: string
  readonly stack?: string
}

export function plainError(error: unknown): PlainError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) }
  const { name, message, stack } = error
  const code = errorCode(error)
  const hint = 'hint' in error && typeof error.hint === 'string' ? error.hint : undefined
  return { name, message, ...(code && { code }), ...(hint && { hint }), ...(stack && { stack }) }
}

/** An error again, of which `errorCode` tells the code. */
export const errorFromPlain = ({ message, ...rest }: PlainError): Error =>
  Object.assign(new Error(message), rest)

/** The memory of all typed arrays in a value: to be handed over instead of copied. */
export function transferables(value: unknown): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>()
  const visit = (part: unknown) => {
    if (ArrayBuffer.isView(part)) {
      if (part.buffer instanceof ArrayBuffer) found.add(part.buffer)
    } else if (typeof part === 'object' && part !== null) Object.values(part).forEach(visit)
  }
  visit(value)
  return [...found]
}
