import { useEffect, useMemo, useState } from 'react'
import { failureOf } from '../generation/failure.ts'

/** Something that takes its time, can be stopped, and may fail. */
export interface Work {
  /** Null: nothing goes on. */
  readonly state: WorkState | null
  readonly failure: string | null
  run(work: (tell: (state: WorkState) => void, signal: AbortSignal) => Promise<void>): void
  stop(): void
}

export interface WorkState {
  readonly words: string
  /** 0 to 1; null where it is not known. */
  readonly share: number | null
}

/** One piece of work at a time; it stops when its component goes. */
export function useWork(): Work {
  const [state, setState] = useState<WorkState | null>(null)
  const [failure, setFailure] = useState<string | null>(null)
  const [running] = useState<{ now: AbortController | null }>({ now: null })
  useEffect(() => () => running.now?.abort(), [running])
  return useMemo(
    () => ({
      state,
      failure,
      stop: () => running.now?.abort(),
      run(work) {
        running.now?.abort()
        const mine = (running.now = new AbortController())
        const { signal } = mine
        setFailure(null)
        const tell = (now: WorkState) => {
          if (!signal.aborted) setState(now)
        }
        void work(tell, signal)
          .catch((error: unknown) => {
            if (!signal.aborted) setFailure(failureOf(error).message)
          })
          .finally(() => {
            if (running.now === mine) setState(null)
          })
      },
    }),
    [state, failure, running],
  )
}
