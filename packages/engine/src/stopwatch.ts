import type { Span } from './engine.ts'

/** Spans of the wall clock, for backends that compute when called. */
export function createStopwatch() {
  const now = () => performance.now() / 1000
  let spans: Span[] = []
  return {
    time<T>(label: string, body: () => T): T {
      const start = now()
      return afterwards(body, () => spans.push({ label, start, end: now() }))
    },
    spans(): Span[] {
      const done = spans
      spans = []
      return done
    },
  }
}

/** Calls `body`, and `end` when it has given a result; of a promise, when that is fulfilled. */
export function afterwards<T>(body: () => T, end: () => void): T {
  const result = body()
  if (!(result instanceof Promise)) {
    end()
    return result
  }
  return result.then((value: unknown) => (end(), value)) as T
}
