import type { ThreadAnswer } from './answer.ts'

export interface Question<Work> {
  /** Starts the thread, whose script calls `answerInThread`: bundlers look for `new Worker(new URL(…))` as it stands. */
  readonly start: () => Worker
  readonly work: Work
  /** Of `work`, what is handed over instead of copied. */
  readonly transfer?: Transferable[]
  /** What is said where the thread fails without a word. */
  readonly failed: string
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((share: number) => void) | undefined
}

/**
 * Has a thread of its own do it, and ends that.
 * @throws Error with the library's `code`; the signal's reason when it aborts
 */
export async function askThread<Work, Result>({
  start,
  work,
  transfer = [],
  failed,
  signal,
  onProgress,
}: Question<Work>): Promise<Result> {
  signal?.throwIfAborted()
  const thread = start()
  try {
    return await new Promise<Result>((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason as Error))
      thread.addEventListener('error', ({ message }) => reject(new Error(message || failed)))
      thread.addEventListener('message', ({ data }: MessageEvent<ThreadAnswer<Result>>) => {
        if ('share' in data) onProgress?.(data.share)
        else if ('result' in data) resolve(data.result)
        else {
          const { message, code } = data.failure
          reject(Object.assign(new Error(message), { code }))
        }
      })
      thread.postMessage(work, transfer)
    })
  } finally {
    thread.terminate()
  }
}
