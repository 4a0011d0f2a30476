import { join } from 'node:path'
import type { LocatedModel } from 'flashworld/node'
import type { FastifyBaseLogger } from 'fastify'
import type { ArtifactStore } from '../artifacts/store.ts'
import { createEngineProcess } from '../engine-process/engine-process.ts'
import { runnerOnGpu } from '../engine-process/gpu-choice.ts'
import type { EngineMemory } from '../engine-process/messages.ts'
import type { ServerOptions } from '../options.ts'
import type { Queue } from '../queue/queue.ts'
import { createStagingSweeper, defaultRetention } from '../retention/sweep.ts'
import type { Worker, WorkerSettings } from './worker.ts'
import { startWorker } from './worker.ts'

export interface CrewSettings {
  readonly options: ServerOptions
  readonly queue: Queue
  readonly artifacts: ArtifactStore
  /** The data folder of this machine. */
  readonly data: string
  readonly model: Pick<LocatedModel, 'name' | 'path'>
  /** In place of the engine's own program; it speaks `engine-process/messages.ts`. */
  readonly engineProgram?: URL | undefined
  readonly log: FastifyBaseLogger
  /** See `WorkerSettings.onEnded`. */
  readonly onEnded?: WorkerSettings['onEnded']
}

/** The workers of one process. */
export interface Crew {
  /** What they compute on, once the first engine is warm; undefined where there are no workers. @throws EngineFailure */
  readonly device: Promise<string> | undefined
  readonly workers: readonly Worker[]
  /** Of all its engines together. */
  readonly memory: EngineMemory
  /** See `Worker.stop`. */
  stop(graceMs: number): Promise<void>
}

/** Time passes for leases while somebody looks. */
const reapEveryMs = 1000
const sweepEveryMs = 60_000

const offloads = (options: ServerOptions) => [
  ...(options.offloadText ? ['text'] : []),
  ...(options.offloadVae ? ['vae'] : []),
  ...(options.offloadTransformerDuringVae ? ['transformer'] : []),
]

/** Starts `--max-concurrent` workers for each GPU of `--gpu`, or for the machine's best, each with an engine of its own. */
export function startCrew(settings: CrewSettings): Crew {
  const { options, queue, artifacts, data, model, log } = settings
  const program = new URL('../engine-process/program.ts', import.meta.url)
  const staging = join(data, 'staging')
  const gpus = options.gpu.length > 0 ? options.gpu : [undefined]
  const engines = gpus.flatMap((gpu) =>
    Array.from({ length: options.maxConcurrent }, (_, i) => ({
      name: [process.pid, ...(gpu === undefined ? [] : [`gpu${gpu}`]), i].join('.'),
      engine: createEngineProcess({
        program: settings.engineProgram ?? program,
        args: [
          ...['--model', model.name, '--model-path', model.path],
          ...['--backend', options.backend, '--precision', options.precision],
          ...['--memory', `${options.memory}`],
          ...offloads(options).flatMap((name) => ['--offload', name]),
        ],
        ...(gpu !== undefined && { runner: runnerOnGpu(gpu) }),
        idleUnloadMs: options.idleUnload > 0 ? options.idleUnload * 1000 : undefined,
      }),
    })),
  )
  const workers = engines.map(({ name, engine }) =>
    startWorker({
      ...{ name, queue, artifacts, engine, staging, log, renewMs: 2000, pollMs: 1000 },
      onEnded: settings.onEnded,
    }),
  )
  const sweepStaging = createStagingSweeper(queue, staging, defaultRetention.youngMs)
  const failed = (what: string) => (error: unknown) => log.warn({ error: String(error) }, what)
  const reap = () => void queue.reap().catch(failed('no reap'))
  reap()
  const reaping = setInterval(reap, reapEveryMs)
  const sweeping = setInterval(() => void sweepStaging().catch(failed('no sweep')), sweepEveryMs)
  const device = engines[0]?.engine.warm().then(({ device: name }) => name)
  // whoever asks hears of it; the worker tries again by itself
  device?.catch(() => {})
  return {
    device,
    workers,
    get memory() {
      const sum = (key: keyof EngineMemory) =>
        engines.reduce((total, { engine }) => total + engine.memory[key], 0)
      return { liveBytes: sum('liveBytes'), peakBytes: sum('peakBytes') }
    },
    async stop(graceMs) {
      clearInterval(reaping)
      clearInterval(sweeping)
      await Promise.all(workers.map((worker) => worker.stop(graceMs)))
    },
  }
}
