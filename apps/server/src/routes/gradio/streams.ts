import { Readable } from 'node:stream'
import { errorCode } from 'flashworld'
import type { FastifyReply } from 'fastify'
import type { Job } from '../../queue/job.ts'
import { finalStates } from '../../queue/job.ts'
import type { Services } from '../../services.ts'
import { soon } from '../../soon.ts'
import type { Call, Session } from './calls.ts'
import type { Answer, CallContext, Endpoint } from './endpoint.ts'
import type { Message } from './messages.ts'
import { closeStream, completed, estimation, heartbeat, messageOf } from './messages.ts'

/** Often enough that no proxy in between gives up. */
const beatMs = 15_000

/** How often places in the queue are looked at. */
const placeMs = 2000

/** Sends texts of server-sent events, as they are made, until the client has gone. */
export function sendStream(
  { stopping }: Services,
  reply: FastifyReply,
  make: (signal: AbortSignal) => AsyncIterable<string>,
) {
  const gone = new AbortController()
  reply.raw.once('close', () => gone.abort())
  void reply
    .header('content-type', 'text/event-stream')
    .header('cache-control', 'no-store')
    .header('x-accel-buffering', 'no')
  return reply.send(Readable.from(make(AbortSignal.any([gone.signal, stopping]))))
}

const dataText = (data: unknown) => `data: ${JSON.stringify(data)}\n\n`
const eventText = (event: string, data: unknown) => `event: ${event}\n${dataText(data)}`

/** A bell that rings for whoever waits next, and for him who waits when it has rung already. */
function createBell() {
  let rung = Promise.withResolvers<void>()
  return {
    ring: () => rung.resolve(),
    async wait(ms: number, signal: AbortSignal) {
      await soon(rung.promise, ms, signal)
      rung = Promise.withResolvers<void>()
    },
  }
}

/** How far the stream has told a call. */
interface Telling {
  seq: number
  rank: number | undefined
  readonly unwatch: () => void
}

/** The messages of all calls of a session; the stream ends when none is left. */
export async function* sessionTexts(services: Services, session: Session, signal: AbortSignal) {
  const { queue } = services
  const bell = createBell()
  const told = new Map<string, Telling>()
  session.ring = bell.ring
  try {
    let beat = performance.now()
    while (!signal.aborted) {
      session.touchedAt = performance.now()
      for (const call of [...session.calls.values()]) {
        if (!told.has(call.id)) {
          told.set(call.id, { seq: 0, rank: undefined, unwatch: queue.watch(call.id, bell.ring) })
        }
        for await (const message of news(services, call, told.get(call.id)!)) {
          beat = performance.now()
          yield dataText(message)
          if (message.msg !== 'process_completed') continue
          session.calls.delete(call.id)
          told.get(call.id)!.unwatch()
          told.delete(call.id)
        }
      }
      if (session.calls.size === 0) {
        yield dataText(closeStream)
        return
      }
      if (performance.now() - beat > beatMs) {
        beat = performance.now()
        yield dataText(heartbeat)
      }
      await bell.wait(placeMs, signal)
    }
  } finally {
    for (const { unwatch } of told.values()) unwatch()
  }
}

/** What happened to a call since it was told last. */
async function* news(services: Services, call: Call, told: Telling): AsyncGenerator<Message> {
  const { queue } = services
  const { id, started } = call
  if (!('job' in started)) {
    yield completed(id, started)
    return
  }
  const job = await queue.get(id)
  for (const event of await queue.events(id, told.seq)) {
    told.seq = event.seq
    const message = messageOf(id, event)
    if (message) yield message
  }
  if (job?.state === 'queued') {
    const { jobs: rank, pixels } = await queue.ahead(job)
    if (rank === told.rank) return
    told.rank = rank
    const { secondsPerPixel } = await queue.statistics()
    yield estimation(id, rank, secondsPerPixel && (pixels + job.pixels) * secondsPerPixel)
  }
  const answer = await answerOf(services, call, job)
  if (answer) yield completed(id, answer, job)
}

/** The answer of a job that has ended or was removed. What cannot be answered is told, and does not end the stream. */
async function answerOf(
  { log }: Services,
  { endpoint, context }: Pick<Call, 'endpoint' | 'context'>,
  job: Job | undefined,
): Promise<Answer | undefined> {
  if (!job) return { error: 'The scene was removed' }
  if (!finalStates.includes(job.state)) return undefined
  try {
    return await endpoint.finish(job, context)
  } catch (error) {
    log.error({ err: error, job: job.id }, 'a call has no answer')
    return { error: errorCode(error) ? (error as Error).message : 'The server failed' }
  }
}

/** The events of one call that was made without a session: only its end is told. */
export async function* callTexts(
  services: Services,
  { job, ...call }: { endpoint: Endpoint; job: Job; context: CallContext },
  signal: AbortSignal,
) {
  for await (const moment of services.follow(job.id, signal)) {
    const answer = await answerOf(services, call, moment.job)
    if (answer) yield* answerTexts(answer)
    else yield eventText('heartbeat', null)
  }
}

export async function* answerTexts(answer: Answer) {
  if ('error' in answer) yield eventText('error', { error: answer.error })
  else yield eventText('complete', answer.output)
}

/** Tells a client that the server is there, until one of them goes. */
export async function* aliveTexts(signal: AbortSignal) {
  const never = new Promise<void>(() => {})
  while (!signal.aborted) {
    yield 'data: ALIVE\n\n'
    await soon(never, beatMs, signal)
  }
}
