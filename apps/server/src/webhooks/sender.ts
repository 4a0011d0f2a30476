import type { FastifyBaseLogger } from 'fastify'
import type { Job } from '../queue/job.ts'
import type { Queue } from '../queue/queue.ts'
import type { Webhook } from '../queue/webhooks.ts'
import type { Network } from './post.ts'
import { internet, post } from './post.ts'
import { signedHeaders } from './sign.ts'
import { checkWebhookUrl } from './webhook-url.ts'

export interface WebhookSenderSettings {
  readonly queue: Queue
  /** See `checkWebhookUrl`. */
  readonly hosts: readonly string[]
  /** See `readSecret`. */
  readonly secret: Buffer
  /** What is told of a job that has ended, as JSON. */
  readonly messageOf: (job: Job) => Promise<unknown>
  readonly log: Pick<FastifyBaseLogger, 'info' | 'warn'>
  /** Hears how each try ended, for measures. */
  readonly onTried: (outcome: WebhookOutcome) => void
  readonly network?: Network | undefined
  /** How long to wait after each try; after the last the webhook is given up. */
  readonly waitsMs?: readonly number[] | undefined
}

export type WebhookOutcome = 'delivered' | 'failed' | 'given-up'

/** Tells those who asked for it that their jobs have ended, beside all else: no job waits for it. */
export interface WebhookSender {
  /** What is under way is left to be sent again. */
  stop(): Promise<void>
}

const [second, minute, hour] = [1000, 60_000, 3_600_000]

/** A receiver that is down for a night hears of it the next morning. */
const defaultWaitsMs = [
  ...[5 * second, 30 * second, 2 * minute, 10 * minute, 30 * minute],
  ...[2 * hour, 6 * hour, 12 * hour],
]

/** Webhooks that are sent at once; slow receivers hold these up, and nothing else. */
const atOnce = 16

/** How long a receiver may take to answer; its lease is longer, so that no other process sends meanwhile. */
const patienceMs = 10_000
const leaseMs = 30_000

/** How often it is looked for those whose time has come, when no job ends. */
const lookMs = 2000

/** 410: the receiver wants no more. */
const gone = 410

export function createWebhookSender(settings: WebhookSenderSettings): WebhookSender {
  const { queue, hosts, secret, messageOf, log, onTried } = settings
  const { network = internet, waitsMs = defaultWaitsMs } = settings
  const stopping = new AbortController()
  const sending = new Set<Promise<void>>()

  /** @throws Error that says why it was not taken */
  const send = async ({ job: id, url }: Webhook): Promise<number> => {
    const job = await queue.get(id)
    if (!job) return gone
    const body = JSON.stringify(await messageOf(job))
    const headers = signedHeaders(secret, { id, time: Math.floor(Date.now() / 1000), body })
    const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(patienceMs)])
    return post(
      checkWebhookUrl(url, hosts), // the list may be another since it was taken
      {
        headers: { ...headers, 'content-type': 'application/json', 'user-agent': 'flashworld' },
        body,
      },
      network,
      signal,
    )
  }

  const deliver = async (webhook: Webhook) => {
    const { job, tries } = webhook
    const status = await send(webhook).catch((error: unknown) => String(error))
    if (stopping.signal.aborted) return
    if (typeof status === 'number' && status >= 200 && status < 300) {
      await queue.webhooks.forget(job)
      onTried('delivered')
      return
    }
    const wait = status === gone ? undefined : waitsMs[tries - 1]
    log.warn({ job, tries, status }, wait === undefined ? 'webhook given up' : 'webhook failed')
    if (wait === undefined) await queue.webhooks.forget(job)
    // not all at the same moment, when a receiver is back
    else await queue.webhooks.postpone(job, Math.round(wait * (1 + Math.random() / 4)))
    onTried(wait === undefined ? 'given-up' : 'failed')
  }

  const start = (webhook: Webhook) => {
    const sent = deliver(webhook)
      .catch((error: unknown) => log.warn({ error: String(error) }, 'webhook left to its lease'))
      .finally(() => {
        sending.delete(sent)
        look()
      })
    sending.add(sent)
  }

  let isLooking = false
  let isAskedAgain = false
  const look = () => {
    isAskedAgain = isLooking
    if (isLooking || stopping.signal.aborted || sending.size >= atOnce) return
    isLooking = true
    void queue.webhooks
      .take(atOnce - sending.size, leaseMs)
      .then((taken) => taken.forEach(start))
      .catch((error: unknown) => log.warn({ error: String(error) }, 'no webhooks'))
      .finally(() => {
        isLooking = false
        if (isAskedAgain) look()
      })
  }

  const looking = setInterval(look, lookMs)
  const unwatch = queue.watchQueued(look)
  look()
  return {
    async stop() {
      stopping.abort()
      clearInterval(looking)
      unwatch()
      await Promise.all(sending)
    },
  }
}
