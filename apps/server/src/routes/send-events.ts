import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FollowJob } from '../queue/follow.ts'
import type { Job, JobEvent } from '../queue/job.ts'
import type { Services } from '../services.ts'

/** Often enough that no proxy in between gives up. */
const beatMs = 15_000

/**
 * Sends what happens to a job as server-sent events, from `Last-Event-ID` on, until the job has ended.
 * @param dataOf what a client is told of an event
 */
export function sendEvents(
  { follow, stopping }: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  job: Job,
  dataOf: (event: JobEvent) => JobEvent['data'] = ({ data }) => data,
) {
  const last = Number(request.headers['last-event-id'] ?? 0)
  const seq = Number.isSafeInteger(last) && last >= 0 ? last : 0
  const gone = new AbortController()
  reply.raw.once('close', () => gone.abort())
  void reply
    .header('content-type', 'text/event-stream')
    .header('cache-control', 'no-store')
    .header('x-accel-buffering', 'no')
  const signal = AbortSignal.any([gone.signal, stopping])
  return reply.send(Readable.from(eventsAsText(follow, job.id, { seq, signal, dataOf })))
}

interface Telling {
  /** The last event that the client has. */
  readonly seq: number
  readonly signal: AbortSignal
  readonly dataOf: (event: JobEvent) => JobEvent['data']
}

async function* eventsAsText(
  follow: FollowJob,
  id: string,
  { seq: from, signal, dataOf }: Telling,
) {
  let seq = from
  let told = -1
  let beat = performance.now()
  for await (const { job, events, ahead } of follow(id, signal)) {
    for (const event of events.slice(seq)) {
      seq = event.seq
      beat = performance.now()
      yield eventText(event.type, dataOf(event), event.seq)
    }
    if (job?.state === 'queued' && ahead !== told) {
      told = ahead
      yield eventText('place', { ahead })
    }
    if (performance.now() - beat > beatMs) {
      beat = performance.now()
      yield ': still here\n\n'
    }
  }
}

const eventText = (type: string, data: unknown, id?: number) =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${type}\ndata: ${JSON.stringify(data)}\n\n`
