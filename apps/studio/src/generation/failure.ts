import { ServerAnswerError } from 'flashworld/client'
import type { JobFailure } from './job.ts'

/** Whatever was thrown, as a failure with a code. */
export function failureOf(error: unknown): JobFailure {
  if (error instanceof ServerAnswerError) {
    const { code, message, hint } = error
    return { code, message, hint }
  }
  if (isUnreachable(error)) {
    return { code: 'server/unreachable', message: 'the server does not answer' }
  }
  const { code, message } = error as { code?: unknown; message?: unknown }
  return {
    code: typeof code === 'string' ? code : 'studio/failed',
    message: String(message ?? error),
  }
}

/** `fetch` throws a TypeError where no answer comes. */
const isUnreachable = (error: unknown) => error instanceof TypeError

/** What passes by itself: no answer, a server that starts anew or has too much to do. */
const mayPass = (error: unknown) =>
  isUnreachable(error) ||
  (error instanceof ServerAnswerError && (error.status === 429 || error.status === 503))

export interface Persistence {
  readonly signal: AbortSignal
  /** Milliseconds before each further try; after the last the error is thrown. */
  readonly pauses: readonly number[]
  /** Hears that there was no answer, and that there is one again. */
  readonly onConnection?: (isConnected: boolean) => void
}

/** Does what may fail for a while, again and again. @throws what it throws that does not pass; the signal's reason */
export async function persistently<T>(
  work: () => Promise<T>,
  { signal, pauses, onConnection }: Persistence,
): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      const result = await work()
      if (tries > 0) onConnection?.(true)
      return result
    } catch (error) {
      signal.throwIfAborted()
      const pause = pauses[tries]
      if (pause === undefined || !mayPass(error)) throw error
      onConnection?.(false)
      await pauseFor(pause, signal)
    }
  }
}

async function pauseFor(ms: number, signal: AbortSignal) {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
  })
  signal.throwIfAborted()
}
