/** Waits for a promise, at most so long, and no longer than until the signal. */
export async function soon(promise: Promise<void>, ms: number, signal: AbortSignal) {
  const { promise: timeout, resolve } = Promise.withResolvers<void>()
  const end = () => resolve()
  const timer = setTimeout(end, ms)
  signal.addEventListener('abort', end, { once: true })
  if (signal.aborted) end()
  try {
    await Promise.race([promise, timeout])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', end)
  }
}
