import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyBaseLogger } from 'fastify'
import type { ArtifactStore, Place } from '../artifacts/store.ts'
import { placeOf } from '../artifacts/store.ts'
import type { EngineProcess } from '../engine-process/engine-process.ts'
import { EngineFailure } from '../engine-process/engine-process.ts'
import { ServerError } from '../errors.ts'
import type { Job, JobError, JobResult } from '../queue/job.ts'
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
  /** Hears of each job that ended here, for measures. */
  readonly onEnded?: ((job: Job, ending: JobEnding) => void) | undefined
}

export type JobEnding = { readonly result: JobResult } | { readonly error: JobError }

export interface Worker {
  /** What it works on. */
  readonly job: string | undefined
  /** The code of why it can take no job; undefined while it can. */
  readonly trouble: string | undefined
  /**
   * Takes no further job; hands the present one back when it is not done after `graceMs`, and ends the engine. With 0,
   * or called again with 0, nothing is waited for.
   */
  stop(graceMs: number): Promise<void>
}

/** Where an attempt's files are made: `<job>.<attempt>`, as the sweep reads it. */
const stagingOf = (staging: string, { job, attempt }: Claim) =>
  join(staging, `${job.id}.${attempt}`)

/** Progress is told at most this often. */
const tellMs = 250

/** The name of the file in which a request's photograph waits for its job. */
export const photographName = 'photograph'

/** How long a worker whose engine does not load waits before it tries again. */
const reloadMs = { least: 2000, most: 60_000 }

/** Takes one job after another from the queue and has the engine make its scene. The engine is warm before it does. */
export function startWorker(settings: WorkerSettings): Worker {
  const { queue, engine, log, name, pollMs } = settings
  const stopping = new AbortController()
  const handBack = new AbortController()
  let job: string | undefined
  let trouble: string | undefined
  let wake = () => {}
  const unwatch = queue.watchQueued(() => wake())

  const rest = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
      if (stopping.signal.aborted) wake()
    })

  /** At the start, and again when a job waits for an engine that was unloaded or lost. */
  const warmUp = async (isFirst: boolean) => {
    if (engine.isLoaded || (!isFirst && (await queue.statistics()).counts.queued === 0)) return
    const { device } = await engine.warm()
    log.info({ worker: name, device }, 'warm')
  }

  const takeOne = async (isFirst: boolean): Promise<Claim | undefined> => {
    await warmUp(isFirst)
    if (!engine.isLoaded || stopping.signal.aborted) return undefined
    const claim = await queue.claim(name)
    if (!claim || !stopping.signal.aborted) return claim
    await queue.handBack(claim)
    return undefined
  }

  const loop = async () => {
    let failures = 0
    let isFirst = true
    while (!stopping.signal.aborted) {
      let claim: Claim | undefined
      try {
        claim = await takeOne(isFirst)
        isFirst = false
        failures = 0
        trouble = undefined
      } catch (error) {
        const why = error instanceof EngineFailure ? error.error : { error: String(error) }
        if (!stopping.signal.aborted) log.error({ worker: name, ...why }, 'can take no job')
        trouble = error instanceof EngineFailure ? error.error.code : 'queue/unreachable'
        const reload = Math.min(reloadMs.most, reloadMs.least * 2 ** failures++)
        const wait = error instanceof EngineFailure ? reload : pollMs
        await sleep(wait, undefined, { signal: stopping.signal }).catch(() => {})
        continue
      }
      if (!claim) {
        await rest(pollMs)
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
    get trouble() {
      return trouble
    },
    async stop(graceMs) {
      stopping.abort()
      wake()
      const cut = async () => {
        handBack.abort()
        await engine.unload()
      }
      const timer = setTimeout(() => void cut(), graceMs)
      if (job === undefined) await engine.unload() // it may be loading
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
  const folder = stagingOf(staging, claim)
  const tell = teller(settings, claim, { place, folder })
  /** Whether the files are nobody's; while the queue does not say, they are left to the sweep. */
  let isStale = false
  let isPublishing = false
  try {
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder, { recursive: true })
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
    isPublishing = true
    isStale = !(await surely(() => queue.complete(claim, result)))
    if (!isStale) settings.onEnded?.(job, { result })
    log.info({ job: job.id, attempt, seconds: result.seconds }, isStale ? 'stale' : 'completed')
  } catch (error) {
    await tell.finish()
    if (isPublishing) throw error
    if (lost.signal.aborted) log.info({ job: job.id, attempt }, 'lost or cancelled')
    else if (handBack.aborted) await queue.handBack(claim)
    else if (error instanceof EngineFailure) {
      const failure = error.error
      log.warn({ job: job.id, attempt, code: failure.code }, 'failed')
      settings.onEnded?.(job, { error: failure })
      await surely(() =>
        error.mayRetry ? queue.retry(claim, failure) : queue.fail(claim, failure),
      )
    } else throw error
    isStale = true
  } finally {
    clearInterval(renewing)
    unwatch()
    await rm(folder, { recursive: true, force: true })
    if (isStale) await artifacts.remove(place)
  }
}

/** How long a worker tries to tell how a job ended before it leaves it to its lease. */
const surelyMs = 60_000

/** Asks again while the queue does not answer: what it did, if it did, is not done twice. */
async function surely<T>(ask: () => Promise<T>): Promise<T> {
  const since = performance.now()
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      const isAway = error instanceof ServerError && error.code === 'queue/unreachable'
      if (!isAway || performance.now() - since > surelyMs) throw error
      await sleep(500)
    }
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
