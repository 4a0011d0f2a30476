/** Wall-clock seconds by label, for backends that compute when called. */
export function createStopwatch() {
  let seconds: Record<string, number> = {}
  return {
    async time<T>(label: string, body: () => Promise<T>): Promise<T> {
      const start = performance.now()
      try {
        return await body()
      } finally {
        seconds[label] = (seconds[label] ?? 0) + (performance.now() - start) / 1000
      }
    },
    timings(): Record<string, number> {
      const done = seconds
      seconds = {}
      return done
    },
  }
}
