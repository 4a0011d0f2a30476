import type { RunningWorkers } from '@flashworld/server'
import type { Session } from './command.ts'

/** Says what it computes on, waits for the signal, and lets running jobs end. Gives the exit code. */
export async function runUntilAsked(
  running: Pick<RunningWorkers, 'device' | 'stop'>,
  drainSeconds: number,
  { output, signal }: Session,
): Promise<number> {
  running.device?.then(
    (device) => output.tell({ type: 'result', device }, `computing on ${device}`),
    (error: unknown) =>
      output.tell(
        { type: 'note', message: String(error) },
        `note: no engine yet: ${String(error)}`,
      ),
  )
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  output.tell(
    { type: 'note', message: 'stopping' },
    `stopping: running jobs have ${drainSeconds} s; a second signal ends it now`,
  )
  await running.stop()
  output.tell({ type: 'done' })
  return 0
}
