import { EngineError } from './errors.ts'
import type { Loss } from './loss.ts'

export interface WaitOptions {
  /** Ends the wait with its reason. What the device was given it still computes. */
  readonly signal?: AbortSignal | undefined
  /** The wait ends with `engine/timeout` when the device takes longer. */
  readonly timeoutSeconds?: number | undefined
}

/**
 * Waits for the device, but not for ever.
 * @throws the signal's reason, EngineError `engine/timeout` or `engine/lost`; what `work` rejects with
 */
export function waitFor<T>(
  work: Promise<T>,
  loss: Loss,
  { signal, timeoutSeconds }: WaitOptions = {},
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  work.then(resolve, reject)
  const abort = () => reject(signal!.reason as Error)
  if (signal?.aborted) abort()
  signal?.addEventListener('abort', abort)
  const unwatch = loss.watch(reject)
  const timeout = () =>
    reject(
      new EngineError('engine/timeout', `the device gave no answer within ${timeoutSeconds} s`),
    )
  const timer =
    timeoutSeconds === undefined ? undefined : setTimeout(timeout, timeoutSeconds * 1000)
  return promise.finally(() => {
    clearTimeout(timer)
    unwatch()
    signal?.removeEventListener('abort', abort)
  })
}

/** The end of a wait on a backend that computes when called: a turn for timers and signals. */
export const nextTurn = () => new Promise<void>((resolve) => setTimeout(resolve, 0))
