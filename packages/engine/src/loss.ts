import type { EngineError } from './errors.ts'

/** Whether an engine's device is gone, which is for good. */
export interface Loss {
  /** Why, once it is. */
  readonly error: EngineError | undefined
  /** Fulfilled with the reason when the device is lost; never rejected. */
  readonly promise: Promise<EngineError>
  /** @throws EngineError `engine/lost` */
  check(): void
  /** The first reason counts. */
  lose(error: EngineError): void
  /** Calls back when the device is lost, at once if it is; returns what takes the call back. */
  watch(callback: (error: EngineError) => void): () => void
}

export function createLoss(): Loss {
  const { promise, resolve } = Promise.withResolvers<EngineError>()
  const watchers = new Set<(error: EngineError) => void>()
  let error: EngineError | undefined
  return {
    get error() {
      return error
    },
    promise,
    check() {
      if (error) throw error
    },
    lose(reason) {
      if (error) return
      error = reason
      resolve(reason)
      for (const watcher of watchers) watcher(reason)
      watchers.clear()
    },
    watch(callback) {
      if (error) callback(error)
      else watchers.add(callback)
      return () => watchers.delete(callback)
    },
  }
}
