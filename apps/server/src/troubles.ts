import { errorCode } from 'flashworld'
import type { Queue } from './queue/queue.ts'
import type { Worker } from './worker/worker.ts'

interface Looked {
  readonly queue: Queue
  readonly workers: readonly Pick<Worker, 'trouble'>[]
  readonly stopping: AbortSignal
  /** What else must be so. */
  readonly check?: () => Promise<void>
}

/** The codes of why no job can be taken or made; none while all is well. */
export async function findTroubles({
  queue,
  workers,
  stopping,
  check = async () => {},
}: Looked): Promise<readonly string[]> {
  const codeOf = (error: unknown) => errorCode(error) ?? 'server/failed'
  const found = await Promise.all([
    stopping.aborted ? 'server/stopping' : undefined,
    // a write that changes nothing: a database that only reads is of no use
    queue.prioritise('', 0).then(() => undefined, codeOf),
    check().then(() => undefined, codeOf),
  ])
  const ofWorkers = workers.map(({ trouble }) => trouble)
  // one that can work is enough
  const nobodyWorks = ofWorkers.length > 0 && !ofWorkers.includes(undefined)
  return [...found, nobodyWorks ? ofWorkers[0] : undefined].filter((code) => code !== undefined)
}
