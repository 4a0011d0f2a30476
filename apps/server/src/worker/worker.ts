import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyBaseLogger } from 'fastify'
import type { ArtifactStore, Place } from '../artifacts/store.ts'
import { placeOf } from '../artifacts/store.ts'
import type { EngineProcess } from '../engine-process/engine-process.ts'
import { EngineFailure } from '../engine-process/engine-process.ts'
import type { Claim, Queue } from '../queue/queue.ts'

export interface WorkerSettings {
  readonly name: string
  readonly queue: Queue
  readonly artifacts: ArtifactStore
  readonly engine: EngineProcess
  /** Where scenes are written before they are published. On the artifact folder's disk, they need no copying. */
  readonly staging: string
  readonly log: Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'>
  /** How often a claim is renewed; a third of the lease or less. */
  readonly renewMs: number
  /** How often the queue is looked at when no bell rings. */
  readonly pollMs: number
}

export interface Worker {
  /** What it works on. */
  readonly job: string | undefined
  /** Takes no further job; ends the present one after `graceMs` and hands it back. */
  stop(graceMs: number): Promise<void>
}

/** Progress is told at most this often. */
const tellMs = 250

/** The name of the file in which a request's photograph waits for its job. */
export const photographName = 'photograph'

/** Takes one job after another from the queue and has the engine make its scene. */
export function startWorker(settings: WorkerSettings): Worker {
  const { queue, engine, log, name, pollMs } = settings
  const stopping = new AbortController()
  const handBack = new AbortController()
  let job: string | undefined
  let wake = () => {}
  const unwatch = queue.watchQueued(() => wake())

  const loop = async () => {
    while (!stopping.signal.aborted) {
      const claim = await queue.claim(name).catch((error: unknown) => {
        log.error({ error: String(error) }, 'the queue does not answer')
        return undefined
      })
      if (!claim) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, pollMs)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
          if (stopping.signal.aborted) wake()
        })
        continue
      }
      job = claim.job.id
      log.info({ job, attempt: claim.attempt }, 'started')
      await work(settings, claim, handBack.signal).catch((error: unknown) =>
        log.error({ job, error: String(error) }, 'a job was left to its lease'),
      )
      job = undefined
    }
  }
  const done = loop()

  return {
    get job() {
      return job
    },
    async stop(graceMs) {
      stopping.abort()
      wake()
      const timer = setTimeout(() => handBack.abort(), graceMs)
      await done
      clearTimeout(timer)
      unwatch()
      await engine.unload()
    },
  }
}

/** Makes the scene of a claim and publishes it, or tells why not. */
async function work(settings: WorkerSettings, claim: Claim, handBack: AbortSignal) {
  const { queue, artifacts, engine, staging, log, renewMs } = settings
  const { job, attempt } = claim
  const place = placeOf(job.id, attempt)
  const lost = new AbortController()
  const check = async () => {
    if (!(await queue.renew(claim).catch(() => true))) lost.abort()
  }
  const renewing = setInterval(() => void check(), renewMs)
  const unwatch = queue.watch(job.id, () => void check())
  await mkdir(staging, { recursive: true })
  const folder = await mkdtemp(join(staging, `${job.id}-`))
  const tell = teller(settings, claim, { place, folder })
  let published = false
  try {
    const result = await engine.run(
      { request: job.request, image: await photographOf(settings, job.id), folder },
      {
        signal: AbortSignal.any([lost.signal, handBack]),
        budgetSeconds: job.budgetSeconds,
        onMessage: tell.hear,
      },
    )
    await tell.finish()
    for (const file of await readdir(folder)) await artifacts.take(place, file, join(folder, file))
    published = await queue.complete(claim, result)
    log.info({ job: job.id, attempt, seconds: result.seconds }, published ? 'completed' : 'stale')
  } catch (error) {
    await tell.finish()
    if (lost.signal.aborted) log.info({ job: job.id, attempt }, 'lost or cancelled')
    else if (handBack.aborted) await queue.handBack(claim)
    else if (error instanceof EngineFailure) {
      const { code } = error.error
      log.warn({ job: job.id, attempt, code }, 'failed')
      await (error.mayRetry ? queue.retry(claim, error.error) : queue.fail(claim, error.error))
    } else throw error
  } finally {
    clearInterval(renewing)
    unwatch()
    await rm(folder, { recursive: true, force: true })
    if (!published) await artifacts.remove(place)
  }
}

async function photographOf({ artifacts }: WorkerSettings, job: string) {
  if (!(await artifacts.find(placeOf(job, 0), photographName))) return undefined
  const chunks = await (await artifacts.open(placeOf(job, 0), photographName)).toArray()
  return new Uint8Array(Buffer.concat(chunks as Buffer[]))
}

/** Hands the engine's messages on: previews at once, progress now and then, all in their order. */
function teller(
  { queue, artifacts, log }: WorkerSettings,
  claim: Claim,
  { place, folder }: { readonly place: Place; readonly folder: string },
) {
  let told = -Infinity
  let order: Promise<void> = Promise.resolve()
  const then = (body: () => Promise<void>) => {
    order = order
      .then(body)
      .catch((error: unknown) =>
        log.warn({ job: claim.job.id, error: String(error) }, 'progress was not told'),
      )
  }
  const hear: Parameters<EngineProcess['run']>[1]['onMessage'] = (message) => {
    if (message.type === 'step') {
      then(async () => {
        await artifacts.take(place, message.preview, join(folder, message.preview))
        await queue.tell(claim, 'step', { step: message.step, preview: message.preview })
      })
    } else if (performance.now() - told >= tellMs) {
      told = performance.now()
      const { stage, step, fraction } = message
      then(() => queue.tell(claim, 'progress', { stage, step, fraction }))
    }
  }
  return { hear, finish: () => order }
}
