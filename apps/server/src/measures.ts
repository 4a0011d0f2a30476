import { statfs } from 'node:fs/promises'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { EngineMemory } from './engine-process/messages.ts'
import type { Job } from './queue/job.ts'
import type { Queue } from './queue/queue.ts'
import type { WebhookOutcome } from './webhooks/sender.ts'
import type { JobEnding } from './worker/worker.ts'

/** What is counted and measured in this process, as Prometheus reads it. */
export interface Measures {
  /** A job ended on a worker here. */
  ended(job: Job, ending: JobEnding): void
  answered(status: number): void
  webhookTried(outcome: WebhookOutcome): void
  /** The text that is scraped. */
  text(): Promise<{ readonly type: string; readonly body: string }>
}

const secondsBuckets = [0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000]

/** What is looked at when it is asked for. */
export interface MeasuredParts {
  readonly queue: Queue
  /** The data folder. */
  readonly data: string
  /** Of the engines of this process. */
  readonly memory: () => EngineMemory
}

/** Labels are states, stages, codes and statuses of ours alone: nothing that a client writes makes a series. */
export function createMeasures({ queue, data, memory }: MeasuredParts): Measures {
  const register = new Registry()
  const registers = [register]
  collectDefaultMetrics({ register, prefix: 'flashworld_' })

  const waits = new Histogram({
    name: 'flashworld_queue_wait_seconds',
    help: 'From a job being taken to its start, of jobs that ended here',
    buckets: secondsBuckets,
    registers,
  })
  const stages = new Histogram({
    name: 'flashworld_stage_seconds',
    help: 'Seconds on the engine by stage, of completed jobs',
    labelNames: ['stage'],
    buckets: secondsBuckets,
    registers,
  })
  const attempts = new Counter({
    name: 'flashworld_attempts_total',
    help: 'Attempts that ended here, by the code of the failure; empty when they succeeded',
    labelNames: ['code'],
    registers,
  })
  const answers = new Counter({
    name: 'flashworld_http_answers_total',
    help: 'Answers by status',
    labelNames: ['status'],
    registers,
  })
  const webhooks = new Counter({
    name: 'flashworld_webhook_tries_total',
    help: 'Tries to tell of ended jobs, by how they went: delivered, failed, given-up',
    labelNames: ['outcome'],
    registers,
  })
  const jobs = new Gauge({
    name: 'flashworld_jobs',
    help: 'Jobs that the queue knows, by state',
    labelNames: ['state'],
    registers,
  })
  const oldest = new Gauge({
    name: 'flashworld_queue_oldest_seconds',
    help: 'How long the oldest queued job has waited',
    registers,
  })
  const reachable = new Gauge({
    name: 'flashworld_queue_up',
    help: '1 while the database answers',
    registers,
  })
  const free = new Gauge({
    name: 'flashworld_disk_free_bytes',
    help: 'Free on the disk of the data folder',
    registers,
  })

  const engineMemory = new Gauge({
    name: 'flashworld_engine_memory_bytes',
    help: 'What tensors take of the devices of the engines here: live, as told last, and peak, the most of each engine',
    labelNames: ['kind'],
    registers,
  })

  /** What is so at the time of asking. */
  const look = async () => {
    const { bavail, bsize } = await statfs(data)
    free.set(bavail * bsize)
    const { liveBytes, peakBytes } = memory()
    engineMemory.set({ kind: 'live' }, liveBytes)
    engineMemory.set({ kind: 'peak' }, peakBytes)
    try {
      const { counts, oldestSeconds } = await queue.statistics()
      for (const [state, count] of Object.entries(counts)) jobs.set({ state }, count)
      oldest.set(oldestSeconds)
      reachable.set(1)
    } catch {
      reachable.set(0)
    }
  }

  return {
    ended(job, ending) {
      if (job.startedAt !== null) waits.observe((job.startedAt - job.createdAt) / 1000)
      attempts.inc({ code: 'error' in ending ? ending.error.code : '' })
      if ('error' in ending) return
      for (const [stage, seconds] of Object.entries(ending.result.timings))
        stages.observe({ stage }, seconds)
    },
    answered: (status) => answers.inc({ status }),
    webhookTried: (outcome) => webhooks.inc({ outcome }),
    async text() {
      await look()
      return { type: register.contentType, body: await register.metrics() }
    },
  }
}
