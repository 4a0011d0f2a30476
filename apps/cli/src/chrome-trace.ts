import type { TimelineSpan } from 'flashworld/lab'

const tracks = ['host', 'device'] as const

/** A timeline as the trace events that chrome://tracing and Perfetto open: a thread a track, times in microseconds. */
export function chromeTrace(timeline: readonly TimelineSpan[]): string {
  const first = timeline[0]?.start ?? 0
  const names = tracks.map((name, tid) => ({
    ...{ name: 'thread_name', ph: 'M', pid: 0, tid },
    args: { name },
  }))
  const spans = timeline.map(({ track, label, start, end }) => ({
    ...{ name: label, ph: 'X', pid: 0, tid: tracks.indexOf(track) },
    ts: (start - first) * 1e6,
    dur: (end - start) * 1e6,
  }))
  return JSON.stringify({ traceEvents: [...names, ...spans] })
}
