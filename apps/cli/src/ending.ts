import { systemReason } from 'flashworld/node'

/** The signals by which people, shells and service managers ask a process to end. */
const asks = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Seconds within which the work must be put down. */
const grace = 2

/** Why the process is to end before its work is done. */
export interface Ending {
  /** Aborts when it is. */
  readonly signal: AbortSignal
  /** What asked for it; undefined before. SIGPIPE where the reader of our output has gone. */
  readonly cause: NodeJS.Signals | undefined
  /** Resolves when the work was not put down in time. */
  readonly overdue: Promise<void>
  /** For work that is put down in its own time and order, such as a server's: no grace, and no end by the signal. */
  inOwnTime(): void
}

/**
 * Turns signals, and a reader that has gone, into an `AbortSignal` for the work. A second signal ends the process at
 * once, after `cleanUp`.
 */
export function watchForEnding(cleanUp: () => void): Ending {
  const controller = new AbortController()
  const overdue = Promise.withResolvers<void>()
  let cause: NodeJS.Signals | undefined
  let ownTime = false
  const end = (name: NodeJS.Signals) => {
    if (cause !== undefined && name !== 'SIGPIPE') {
      cleanUp()
      endBySignal(name)
    }
    if (cause !== undefined) return
    cause = name
    controller.abort()
    if (!ownTime) setTimeout(overdue.resolve, grace * 1000)
  }
  for (const name of asks) process.on(name, end)
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // EIO: its terminal has gone
      if (error.code === 'EPIPE' || error.code === 'EIO') return end('SIGPIPE')
      cleanUp()
      if (stream === process.stdout)
        console.error(`flashworld: cannot write standard output: ${systemReason(error)}`)
      process.exit(1)
    })
  }
  return {
    signal: controller.signal,
    get cause() {
      return ownTime ? undefined : cause
    },
    overdue: overdue.promise,
    inOwnTime: () => (ownTime = true),
  }
}

/**
 * Ends the process by the signal itself: shells and scripts then see why. An ordinary exit after a cancel hung now and
 * then, it seems for a thread of V8 that still compiled WebAssembly.
 */
export function endBySignal(name: NodeJS.Signals): void {
  // Node ignores SIGPIPE until somebody has listened to it
  process.on(name, () => {})
  process.removeAllListeners(name)
  process.kill(process.pid, name)
}
