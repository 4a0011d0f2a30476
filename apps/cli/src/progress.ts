import type { Stage } from 'flashworld'
import type { ProgressEvent } from './events.ts'

const stageNames: Readonly<Record<Stage, string>> = {
  text: 'reading the prompt',
  image: 'encoding the photograph',
  transformer: 'denoising',
  decoder: 'decoding to Gaussians',
  render: 'rendering the scene',
  encoder: 'encoding its renders',
}

export const describeStage = (stage: Stage, step: number, steps: number): string =>
  step > 0 ? `step ${step} of ${steps}: ${stageNames[stage]}` : stageNames[stage]

/** Long work as somebody watches it. */
export interface Progress {
  /** @param done how much of the total is done */
  show(done: number, activity: string, extra?: Pick<ProgressEvent, 'stage' | 'step'>): void
  /** Takes the live line away; the next output starts on a fresh one. */
  end(): void
}

export interface ProgressOptions {
  /** What there is to do; 1 where `done` is a fraction, null where the end is not known. */
  readonly total?: number | null
  /** What is counted, in the plural, such as `pictures`: their rate is then told. */
  readonly unit?: string
  /** Seconds since whenever. */
  readonly now?: () => number
}

/** Who watches: a program, a terminal, a log, or nobody. */
export type Watcher =
  | { readonly event: (event: ProgressEvent) => void }
  | {
      readonly stream:
        { write(text: string): unknown; isTTY?: boolean; columns?: number } | undefined
    }

/** Seconds between two lines: of a terminal's one line, of a log, of events about one activity. */
const pace = { terminal: 0.1, log: 5, events: 0.5 } as const
/** Work that is shorter leaves no line in a log. */
const shortWork = 2
const barWidth = 24

/**
 * Shows rate and time left. On a terminal one line is redrawn; elsewhere work that takes long tells every few seconds
 * how far it is.
 */
export function createProgress(
  watcher: Watcher,
  { total = 1, unit, now = () => performance.now() / 1000 }: ProgressOptions = {},
): Progress {
  const start = now()
  let last = -Infinity
  let lastActivity = ''
  let drawn = false
  const stateAt = (done: number) => {
    const seconds = now() - start
    const fraction = total === null ? null : Math.min(1, done / total)
    const isEarly = seconds < 1 || fraction === null || fraction === 0
    const secondsLeft = isEarly ? null : (seconds * (1 - fraction)) / fraction
    const rate = unit !== undefined && seconds >= 1 ? done / seconds : undefined
    return { fraction, secondsLeft, rate }
  }
  return {
    show(done, activity, extra) {
      const time = now()
      const { fraction, secondsLeft, rate } = stateAt(done)
      const isNew = activity !== lastActivity
      if ('event' in watcher) {
        if (!isNew && time - last < pace.events) return
        const counted = {
          fraction,
          done,
          total,
          unit: unit ?? null,
          secondsLeft: rounded(secondsLeft),
        }
        watcher.event({ type: 'progress', activity, ...counted, ...extra })
      } else if (watcher.stream?.isTTY) {
        if (!isNew && time - last < pace.terminal) return
        const { stream } = watcher
        const words = [bar(fraction), activity, ...figures(rate, secondsLeft, unit)]
        const line = words.filter(Boolean).join('  ')
        stream.write(`\r\x1b[2K${line.slice(0, (stream.columns ?? 80) - 1)}`)
        drawn = true
      } else {
        if (time - start < shortWork || time - last < pace.log) return
        const words = [percent(fraction), activity, ...figures(rate, secondsLeft, unit)]
        watcher.stream?.write(`${words.filter(Boolean).join('  ')}\n`)
      }
      last = time
      lastActivity = activity
    },
    end() {
      if (drawn && 'stream' in watcher) watcher.stream?.write('\r\x1b[2K')
      drawn = false
    },
  }
}

const rounded = (seconds: number | null) =>
  seconds === null ? null : Math.round(seconds * 10) / 10

const percent = (fraction: number | null) =>
  fraction === null ? '' : `${Math.floor(fraction * 100)} %`.padStart(5)

function bar(fraction: number | null): string {
  if (fraction === null) return ''
  const filled = Math.round(fraction * barWidth)
  return `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} ${percent(fraction)}`
}

function figures(rate: number | undefined, secondsLeft: number | null, unit = ''): string[] {
  const list = []
  if (rate !== undefined) list.push(`${Number(rate.toPrecision(rate < 100 ? 2 : 3))} ${unit}/s`)
  if (secondsLeft !== null) list.push(`${clock(secondsLeft)} left`)
  return list
}

/** `0:07`, `12:30`, `1:02:03`. */
function clock(seconds: number): string {
  const whole = Math.ceil(seconds)
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60]
  const two = (value: number) => String(value).padStart(2, '0')
  return `${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(whole % 60)}`
}

/** Shows how many of some frames have passed. */
export async function* watched<T>(
  frames: AsyncIterable<T>,
  progress: Progress,
  activity: string,
): AsyncGenerator<T> {
  let done = 0
  progress.show(0, activity)
  try {
    for await (const frame of frames) {
      yield frame
      progress.show(++done, activity)
    }
  } finally {
    progress.end()
  }
}
