import { createStopwatch } from '../stopwatch.ts'
import type { Commands } from './commands.ts'
import type { ReadBack } from './read-back.ts'

const slots = 4096

export interface Clock {
  time<T>(label: string, body: () => Promise<T>): Promise<T>
  timings(): Promise<Record<string, number>>
  dispose(): void
}

/** Seconds by label from the device's own timestamps; from the wall clock where it has none. */
export function createClock(device: GPUDevice, commands: Commands, readBack: ReadBack): Clock {
  if (!device.features.has('timestamp-query')) {
    const stopwatch = createStopwatch()
    return {
      time: (label, body) => stopwatch.time(label, body),
      timings: () => Promise.resolve(stopwatch.timings()),
      dispose: () => {},
    }
  }
  const querySet = device.createQuerySet({ type: 'timestamp', count: slots })
  const resolved = device.createBuffer({
    size: slots * 8,
    usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
  })
  let spans: { label: string; start: number; end: number }[] = []
  let used = 0

  return {
    async time(label, body) {
      if (used + 2 > slots) return body() // keeps what fits until `timings` is asked for
      const span = { label, start: used++, end: used++ }
      commands.stamp(querySet, span.start)
      const result = await body()
      commands.stamp(querySet, span.end)
      spans.push(span)
      return result
    },
    async timings() {
      const seconds: Record<string, number> = {}
      const [done, count] = [spans, used]
      spans = []
      used = 0
      if (done.length === 0) return seconds
      commands.stampsTo(resolved, querySet, count)
      const stamps = new BigUint64Array(count) // nanoseconds
      await readBack.copyOut({ buffer: resolved, offset: 0 }, new Uint8Array(stamps.buffer))
      for (const { label, start, end } of done) {
        seconds[label] = (seconds[label] ?? 0) + Number(stamps[end]! - stamps[start]!) / 1e9
      }
      return seconds
    },
    dispose() {
      querySet.destroy()
      resolved.destroy()
    },
  }
}
