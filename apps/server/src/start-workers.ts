import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { FastifyBaseLogger } from 'fastify'
import { openTokens } from './access/open-tokens.ts'
import { openArtifacts } from './artifacts/open-store.ts'
import { ServerError } from './errors.ts'
import { givenModel } from './given-model.ts'
import { createGuardedApp } from './guarded-app.ts'
import { createMeasures } from './measures.ts'
import type { ServerOptions } from './options.ts'
import { openQueue } from './queue/open-queue.ts'
import type { QueuePolicy } from './queue/queue.ts'
import { operationRoutes } from './routes/operations/routes.ts'
import { findTroubles } from './troubles.ts'
import type { WebhookSenderSettings } from './webhooks/sender.ts'
import { startCrew } from './worker/crew.ts'

export interface RunningWorkers {
  /** See `Crew.device`. */
  readonly device: Promise<string> | undefined
  /** Where it answers probes and tells its measures; undefined without `--metrics-port`. */
  readonly metricsUrl: string | undefined
  /**
   * Takes no more jobs; waits for running ones, `--drain` seconds unless told otherwise, and hands back those that are
   * not done. Called again with 0 it waits no longer.
   */
  stop(graceSeconds?: number): Promise<void>
}

/** What a test puts in place. */
export interface Parts {
  /** In place of the engine's own program. */
  readonly engineProgram?: URL
  readonly policy?: Partial<QueuePolicy>
  readonly webhooks?: Pick<WebhookSenderSettings, 'network' | 'waitsMs'>
}

/**
 * Workers without a server, on any machine that reaches the database and the files.
 * @throws ServerError `options/invalid`, `queue/unreachable`
 */
export async function startWorkers(
  options: ServerOptions,
  log: FastifyBaseLogger,
  { engineProgram, policy }: Parts = {},
): Promise<RunningWorkers> {
  if (options.databaseUrl === '') {
    throw new ServerError(
      'options/invalid',
      'a worker of its own needs --database-url: the queue of a data folder is one process’s',
      { hint: '`flashworld serve` without it works on its jobs itself.' },
    )
  }
  const data = resolve(options.data)
  await mkdir(data, { recursive: true })
  const tokens = options.metricsPort === 0 ? undefined : await openTokens(options, data, log)
  const queue = await openQueue(options, data, policy)
  const artifacts = await openArtifacts(options, data)
  const stopping = new AbortController()
  const measures = createMeasures({ queue, data, memory: () => crew.memory })
  const troubles = () => findTroubles({ queue, workers: crew.workers, stopping: stopping.signal })
  const app = tokens && createGuardedApp({ options, tokens, log, measures })
  await app?.register(operationRoutes({ troubles, measures }))
  const crew = startCrew({
    ...{ options, queue, artifacts, data, log, engineProgram },
    model: await givenModel(options),
    onEnded: measures.ended,
  })
  let isClosed: Promise<void> | undefined
  const close = async () => {
    await app?.close()
    tokens?.close()
    await queue.close()
  }
  try {
    await app?.listen({ host: options.host, port: options.metricsPort })
  } catch (error) {
    await crew.stop(0)
    await close()
    throw error
  }
  return {
    device: crew.device,
    metricsUrl: app && `http://${options.host}:${options.metricsPort}`,
    async stop(graceSeconds = options.drain) {
      stopping.abort()
      await crew.stop(graceSeconds * 1000)
      await (isClosed ??= close())
    },
  }
}
