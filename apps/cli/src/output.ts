import type { Event, Failure } from './events.ts'
import type { Progress, ProgressOptions } from './progress.ts'
import { createProgress } from './progress.ts'
import { UsageError } from './usage-error.ts'

/** How a command speaks: in words to people, or in events to programs. */
export interface Output {
  /**
   * Says what happened. Answers and what was made go to standard output; notes and failures to standard error.
   * @param words without them, only programs hear of it
   */
  tell(event: Event, words?: string): void
  /** Tells, on standard error, what was assumed or left out. */
  note(message: string): void
  /** Words around the work, for people alone. */
  say(words: string): void
  /** Starts to show long work. */
  progress(options?: ProgressOptions): Progress
  /** Standard output is to hold a file: words go elsewhere. @throws UsageError where events or a person are there */
  yieldStandardOutput(): void
}

/** Where it goes. */
export interface Streams {
  readonly stdout: { write(text: string): unknown; isTTY?: boolean }
  readonly stderr: { write(text: string): unknown; isTTY?: boolean; columns?: number }
}

export interface OutputOptions {
  readonly json: boolean
  readonly quiet: boolean
}

export function createOutput({ json, quiet }: OutputOptions, { stdout, stderr }: Streams): Output {
  let words: { write(text: string): unknown } = stdout
  const tell: Output['tell'] = (event, text) => {
    if (json) stdout.write(`${JSON.stringify(event)}\n`)
    else if (text !== undefined && !(quiet && isAside(event)))
      (isForErrors(event) ? stderr : words).write(`${text}\n`)
  }
  return {
    tell,
    note: (message) => tell({ type: 'note', message }, `note: ${message}`),
    say(text) {
      if (!json && !quiet) words.write(`${text}\n`)
    },
    progress: (options) =>
      createProgress(
        json
          ? { event: (event) => stdout.write(`${JSON.stringify(event)}\n`) }
          : { stream: quiet ? undefined : stderr },
        options,
      ),
    yieldStandardOutput() {
      if (json) throw new UsageError('--json: standard output holds the file, expected one of them')
      if (stdout.isTTY)
        throw new UsageError(
          '-: expected a file or a program behind standard output, got a terminal',
        )
      words = stderr
    },
  }
}

/** What `--quiet` leaves out. */
const isAside = ({ type }: Event) => !['result', 'comparison', 'failure', 'error'].includes(type)

const isForErrors = ({ type }: Event) => ['note', 'failure', 'error'].includes(type)

/** A failure for people: what, its code, and what to do about it. */
export const failureWords = ({ code, message, hint }: Failure): string =>
  `${message}${code.startsWith('usage/') ? '' : ` [${code}]`}${hint === undefined ? '' : `\n  ${hint}`}`
