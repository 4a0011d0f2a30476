import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Job, JobEvent } from '../queue/job.ts'
import { finalStates } from '../queue/job.ts'
import type { Queue } from '../queue/queue.ts'
import type { Services } from '../services.ts'

/** Often enough that no proxy in between gives up. */
const beatMs = 15_000

/** How often the place in the queue is looked at. */
const placeMs = 2000

/**
 * Sends what happens to a job as server-sent events, from `Last-Event-ID` on, until the job has ended.
 * @param dataOf what a client is told of an event
 */
export function sendEvents(
  { queue, stopping }: Services,
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
  return reply.send(Readable.from(eventsAsText(queue, job, { seq, signal, dataOf })))
}

interface Telling {
  /** The last event that the client has. */
  readonly seq: number
  readonly signal: AbortSignal
  readonly dataOf: (event: JobEvent) => JobEvent['data']
}

async function* eventsAsText(queue: Queue, job: Job, { seq: from, signal, dataOf }: Telling) {
  let seq = from
  let ring = () => {}
  const unwatch = queue.watch(job.id, () => ring())
  let ahead = -1
  let beat = performance.now()
  try {
    while (!signal.aborted) {
      const rung = new Promise<void>((resolve) => (ring = resolve))
      const found = await queue.get(job.id)
      for (const event of await queue.events(job.id, seq)) {
        seq = event.seq
        beat = performance.now()
        yield eventText(event.type, dataOf(event), event.seq)
      }
      if (!found || finalStates.includes(found.state)) return
      const place = found.state === 'queued' ? (await queue.ahead(found)).jobs : 0
      if (found.state === 'queued' && place !== ahead) {
        ahead = place
        yield eventText('place', { ahead })
      }
      if (performance.now() - beat > beatMs) {
        beat = performance.now()
        yield ': still here\n\n'
      }
      await soon(rung, found.state === 'queued' ? placeMs : beatMs, signal)
    }
  } finally {
    unwatch()
  }
}

const eventText = (type: string, data: unknown, id?: number) =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${type}\ndata: ${JSON.stringify(data)}\n\n`

/** Waits for a promise, at most so long, and no longer than until the signal. */
export async function soon(promise: Promise<void>, ms: number, signal: AbortSignal) {
  const { promise: timeout, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  signal.addEventListener('abort', resolve as () => void, { once: true })
  if (signal.aborted) resolve()
  await Promise.race([promise, timeout])
  clearTimeout(timer)
  signal.removeEventListener('abort', resolve as () => void)
}
