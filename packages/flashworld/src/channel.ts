/**
 * Runs `produce` and yields what it emits, in order. Leaving the loop early aborts the signal that `produce`
 * was given and waits for it to end; its error is thrown to the one who iterates.
 */
export async function* channel<T>(
  produce: (emit: (item: T) => void, signal: AbortSignal) => Promise<void>,
  outer?: AbortSignal,
): AsyncGenerator<T, void, undefined> {
  const inner = new AbortController()
  const signal = outer ? AbortSignal.any([outer, inner.signal]) : inner.signal
  const waiting: T[] = []
  let wake = () => {}
  let finished = false
  let failure: { error: unknown } | undefined

  const running = produce((item) => {
    waiting.push(item)
    wake()
  }, signal)
    .catch((error: unknown) => void (failure = { error }))
    .finally(() => {
      finished = true
      wake()
    })

  try {
    while (true) {
      while (waiting.length > 0) yield waiting.shift()!
      if (finished) break
      await new Promise<void>((resolve) => (wake = resolve))
    }
    if (failure) throw failure.error
  } finally {
    inner.abort()
    await running
  }
}
