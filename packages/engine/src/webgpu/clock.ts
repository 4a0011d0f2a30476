import type { Span } from '../engine.ts'
import { afterwards, createStopwatch } from '../stopwatch.ts'
import type { Commands } from './commands.ts'
import type { ReadBack } from './read-back.ts'

/** Stamps of one query set: WebGPU allows no more. */
const slotsOfSet = 4096

/** Stamps until somebody asks for them; what is timed after that is not kept. */
const mostSets = 32

export interface Clock {
  time<T>(label: string, body: () => T): T
  spans(): Promise<Span[]>
  dispose(): void
}

/** Spans by the device's own timestamps; by the wall clock where it has none. */
export function createClock(device: GPUDevice, commands: Commands, readBack: ReadBack): Clock {
  if (!device.features.has('timestamp-query')) {
    const stopwatch = createStopwatch()
    return {
      time: (label, body) => stopwatch.time(label, body),
      spans: () => Promise.resolve(stopwatch.spans()),
      dispose: () => {},
    }
  }
  const resolved = device.createBuffer({
    size: slotsOfSet * 8,
    usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
  })
  const sets: GPUQuerySet[] = []
  /** In slots. */
  let spans: Span[] = []
  let used = 0

  const stamp = (slot: number) => {
    const index = Math.floor(slot / slotsOfSet)
    const set = (sets[index] ??= device.createQuerySet({ type: 'timestamp', count: slotsOfSet }))
    commands.stamp(set, slot % slotsOfSet)
  }

  /** What the device's clock said at each slot, in seconds. */
  const readStamps = async (count: number): Promise<Float64Array> => {
    const seconds = new Float64Array(count)
    for (let first = 0; first < count; first += slotsOfSet) {
      const some = Math.min(slotsOfSet, count - first)
      commands.stampsTo(resolved, sets[first / slotsOfSet]!, some)
      const nanoseconds = new BigUint64Array(some)
      const bytes = new Uint8Array(nanoseconds.buffer)
      await readBack.copyOut({ buffer: resolved, offset: 0 }, bytes)
      nanoseconds.forEach((stamp, i) => (seconds[first + i] = Number(stamp) / 1e9))
    }
    return seconds
  }

  return {
    time(label, body) {
      if (used + 2 > mostSets * slotsOfSet) return body()
      const span = { label, start: used++, end: used++ }
      stamp(span.start)
      return afterwards(body, () => {
        stamp(span.end)
        spans.push(span)
      })
    },
    async spans() {
      const [done, count] = [spans, used]
      spans = []
      used = 0
      if (done.length === 0) return []
      const seconds = await readStamps(count)
      return done.map(({ label, start, end }) => ({
        label,
        start: seconds[start]!,
        end: seconds[end]!,
      }))
    },
    dispose() {
      for (const set of sets) set.destroy()
      resolved.destroy()
    },
  }
}
