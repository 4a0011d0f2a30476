import type { ServerContext } from '@modelcontextprotocol/server'
import type { Job, JobEvent } from '../../queue/job.ts'
import { finalStates } from '../../queue/job.ts'
import type { Services } from '../../services.ts'
import { soon } from '../send-events.ts'

/** How long a bell that nobody heard keeps it waiting. */
const lookMs = 5000

/**
 * Tells how far a job is until it has ended, under the token that the call came with; fractions only grow, as the
 * protocol wants. Answers the job as it is then, or as it is when the server stops.
 * @throws the signal's reason when the client gives the call up
 */
export async function reportProgress(
  { queue, stopping }: Pick<Services, 'queue' | 'stopping'>,
  job: Job,
  token: string | number,
  { mcpReq: { notify, signal } }: ServerContext,
): Promise<Job> {
  const over = AbortSignal.any([signal, stopping])
  let ring = () => {}
  const unwatch = queue.watch(job.id, () => ring())
  let found = job
  let seq = 0
  let progress = -1
  try {
    while (!stopping.aborted) {
      signal.throwIfAborted()
      const rung = new Promise<void>((resolve) => (ring = resolve))
      found = (await queue.get(job.id)) ?? found
      for (const event of await queue.events(job.id, seq)) {
        seq = event.seq
        const fraction = fractionOf(event)
        if (fraction <= progress) continue
        progress = fraction
        const params = { progressToken: token, progress, total: 1, message: messageOf(event) }
        await notify({ method: 'notifications/progress', params })
      }
      if (finalStates.includes(found.state)) return found
      await soon(rung, lookMs, over)
    }
    return found
  } finally {
    unwatch()
  }
}

function fractionOf({ type, data }: JobEvent): number {
  if (type === 'queued') return 0
  if (type === 'done') return 1
  return type === 'progress' ? Number(data.fraction) : -1
}

const messageOf = ({ type, data }: JobEvent) => (type === 'progress' ? String(data.stage) : type)
