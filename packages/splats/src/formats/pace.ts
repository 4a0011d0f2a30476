/** Waits where work has gone on for long; ends it when it was cancelled. */
export type Pace = () => Promise<void>

/** Longest time for which a reader or writer keeps other work waiting, ms. */
const SLICE_MS = 25

/**
 * For loops over millions of Gaussians: called once a block, it gives the event loop its turn every
 * 25 ms and throws the signal's reason when that is aborted.
 */
export function pacer(signal?: AbortSignal): Pace {
  let since = performance.now()
  return async () => {
    signal?.throwIfAborted()
    if (performance.now() - since < SLICE_MS) return
    await new Promise((resolve) => setTimeout(resolve))
    signal?.throwIfAborted()
    since = performance.now()
  }
}
