import type { ServerContext } from '@modelcontextprotocol/server'
import type { Job, JobEvent } from '../../queue/job.ts'
import type { Services } from '../../services.ts'

/**
 * Tells how far a job is until it has ended, under the token that the call came with; fractions only grow, as the
 * protocol wants. Answers the job as it is then, or as it is when the server stops.
 * @throws the signal's reason when the client gives the call up
 */
export async function reportProgress(
  { follow, stopping }: Pick<Services, 'follow' | 'stopping'>,
  job: Job,
  token: string | number,
  { mcpReq: { notify, signal } }: ServerContext,
): Promise<Job> {
  let found = job
  let seq = 0
  let told = -1
  for await (const { job: now = found, events } of follow(
    job.id,
    AbortSignal.any([signal, stopping]),
  )) {
    found = now
    for (const event of events.slice(seq)) {
      seq = event.seq
      const progress = fractionOf(event)
      if (progress <= told) continue
      told = progress
      const params = { progressToken: token, progress, total: 1, message: messageOf(event) }
      await notify({ method: 'notifications/progress', params })
    }
  }
  signal.throwIfAborted()
  return found
}

function fractionOf({ type, data }: JobEvent): number {
  if (type === 'queued') return 0
  if (type === 'done') return 1
  return type === 'progress' ? Number(data.fraction) : -1
}

const messageOf = ({ type, data }: JobEvent) => (type === 'progress' ? String(data.stage) : type)
