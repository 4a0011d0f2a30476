import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { FastifyBaseLogger } from 'fastify'
import { embeddedModel } from 'flashworld/node'
import { openArtifacts } from './artifacts/open-store.ts'
import { ServerError } from './errors.ts'
import type { ServerOptions } from './options.ts'
import { openQueue } from './queue/open-queue.ts'
import type { QueuePolicy } from './queue/queue.ts'
import type { WebhookSenderSettings } from './webhooks/sender.ts'
import { startCrew } from './worker/crew.ts'

export interface RunningWorkers {
  /** See `Crew.device`. */
  readonly device: Promise<string> | undefined
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
  const queue = await openQueue(options, data, policy)
  const artifacts = await openArtifacts(options, data)
  const crew = startCrew({
    ...{ options, queue, artifacts, data, log, engineProgram },
    modelFolder: options.model === 'mini' ? embeddedModel : resolve(options.model),
  })
  let isClosed: Promise<void> | undefined
  return {
    device: crew.device,
    async stop(graceSeconds = options.drain) {
      await crew.stop(graceSeconds * 1000)
      await (isClosed ??= queue.close())
    },
  }
}
