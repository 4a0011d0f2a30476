import { createStopwatch } from '../stopwatch.ts'
import type { Commands } from './commands.ts'

const slots = 4096

export interface Clock {
  time<T>(label: string, body: () => Promise<T>): Promise<T>
  timings(): Promise<Record<string, number>>
  dispose(): void
}

/** Seconds by label from the device's own timestamps; from the wall clock where it has none. */
export function createClock(device: GPUDevice, commands: Commands): Clock {
  if (!device.features.has('timestamp-query')) {
    const stopwatch = createStopwatch()
    return {
      time: (label, body) => stopwatch.time(label, body),
      timings: () => Promise.resolve(stopwatch.timings()),
      dispose: () => {},
    }
  }
  const querySet = device.createQuerySet({ type: 'timestamp', count: slots })
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
      if (spans.length > 0) {
        const stamps = await resolve(device, commands, querySet, used)
        for (const { label, start, end } of spans) {
          seconds[label] = (seconds[label] ?? 0) + Number(stamps[end]! - stamps[start]!) / 1e9
        }
      }
      spans = []
      used = 0
      return seconds
    },
    dispose: () => querySet.destroy(),
  }
}

async function resolve(
  device: GPUDevice,
  commands: Commands,
  querySet: GPUQuerySet,
  count: number,
) {
  const size = count * 8
  const resolved = device.createBuffer({
    size,
    usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
  })
  const staging = device.createBuffer({
    size,
    usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
  })
  commands.submit()
  const encoder = device.createCommandEncoder()
  encoder.resolveQuerySet(querySet, 0, count, resolved, 0)
  encoder.copyBufferToBuffer(resolved, 0, staging, 0, size)
  device.queue.submit([encoder.finish()])
  await staging.mapAsync(GPUMapMode.READ)
  const stamps = new BigUint64Array(staging.getMappedRange().slice(0))
  staging.destroy()
  resolved.destroy()
  return stamps
}
