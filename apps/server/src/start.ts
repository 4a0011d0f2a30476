import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { AddressInfo } from 'node:net'
import { checkpointDefaults } from 'flashworld'
import type { FastifyBaseLogger } from 'fastify'
import { openTokens } from './access/open-tokens.ts'
import { createApp } from './app.ts'
import { checkDiskSpace } from './artifacts/disk-space.ts'
import { openArtifacts } from './artifacts/open-store.ts'
import { withRecentLists } from './artifacts/recent-lists.ts'
import type { RouteRecord } from './access/guard.ts'
import { givenModel } from './given-model.ts'
import { createImageProcess } from './images/image-process.ts'
import { createMeasures } from './measures.ts'
import type { ServerOptions } from './options.ts'
import { createFollow } from './queue/follow.ts'
import { openQueue } from './queue/open-queue.ts'
import { lockDataFolder } from './queue/sqlite/data-lock.ts'
import { createSweeper, defaultRetention } from './retention/sweep.ts'
import type { Services } from './services.ts'
import type { Parts } from './start-workers.ts'
import { createSubmitScene } from './submit-scene.ts'
import { createSceneFiles } from './scene-work/scene-files.ts'
import { clearSceneWork, createSceneWork } from './scene-work/scene-work.ts'
import { findTroubles } from './troubles.ts'
import { webhookMessage } from './webhooks/message.ts'
import { createWebhookSender } from './webhooks/sender.ts'
import { readSecret } from './webhooks/sign.ts'
import { startCrew } from './worker/crew.ts'

export interface RunningServer {
  readonly url: string
  /** All that it answers to. */
  readonly routes: readonly RouteRecord[]
  /** What the workers here compute on, once it is known; undefined where there are none. @throws EngineFailure */
  readonly device: Promise<string> | undefined
  /**
   * Takes no more; waits for running jobs, `--drain` seconds unless told otherwise, and hands back those that are not
   * done; then all is closed. Called again with 0 it waits no longer.
   */
  stop(graceSeconds?: number): Promise<void>
}

/** How often files are looked through. */
const sweepEveryMs = 60_000

/** @throws ServerError `data/locked`, `options/invalid` and others that say why it cannot serve */
export async function startServer(
  options: ServerOptions,
  log: FastifyBaseLogger,
  { engineProgram, policy, webhooks }: Parts = {},
): Promise<RunningServer> {
  const data = resolve(options.data)
  await mkdir(data, { recursive: true })
  const tokens = await openTokens(options, data, log)
  const secret = options.webhookHost.length > 0 && readSecret(options.webhookSecret)
  const lock = options.databaseUrl === '' ? lockDataFolder(data) : undefined
  const queue = await openQueue(options, data, policy)
  const artifacts = withRecentLists(await openArtifacts(options, data))
  const model = await givenModel(options)
  const defaults = await checkpointDefaults(model.source)
  const stopping = new AbortController()
  const images = createImageProcess()
  const workFolder = join(data, 'work')
  await clearSceneWork(workFolder)
  const sceneWork = createSceneWork({
    root: workFolder,
    atOnce: 2,
    mostWaiting: 32,
    timeoutMs: 600_000,
  })

  const submitScene = createSubmitScene({
    ...{ options, data, queue, artifacts, images, defaults, stopping: stopping.signal },
  })

  const measures = createMeasures({ queue, data, memory: () => crew.memory })

  const troubles = () =>
    findTroubles({
      ...{ queue, workers: crew.workers, stopping: stopping.signal },
      check: () => checkDiskSpace(data, options.minFreeDisk),
    })

  const services: Services = {
    options,
    queue,
    follow: createFollow(queue),
    artifacts,
    sceneWork,
    sceneFiles: createSceneFiles({ artifacts, work: sceneWork, backend: options.backend }),
    defaults,
    tokens,
    submitScene,
    log,
    measures,
    troubles,
    stopping: stopping.signal,
  }
  const app = await createApp(services)
  const crew = startCrew({
    ...{ options, queue, artifacts, data, model, engineProgram, log },
    onEnded: measures.ended,
  })
  const webhookSender =
    secret &&
    createWebhookSender({
      ...{ queue, hosts: options.webhookHost, secret, log, ...webhooks },
      messageOf: (job) => webhookMessage({ queue, artifacts }, job),
      onTried: measures.webhookTried,
    })
  const sweeper = createSweeper(queue, artifacts, {
    ...defaultRetention,
    keepMs: options.keep * 1000,
    quotaBytes: options.diskQuota,
  })
  const sweep = async () => {
    const swept = await sweeper.sweep()
    if (Object.values(swept).some((count) => count > 0)) log.info(swept, 'swept')
  }
  const sweeping = setInterval(
    () => void sweep().catch((error: unknown) => log.warn({ error: String(error) }, 'no sweep')),
    Math.min(sweepEveryMs, Math.max(1000, options.keep * 500)),
  )

  let isClosed: Promise<void> | undefined
  const close = async () => {
    await app.close()
    if (webhookSender) await webhookSender.stop()
    tokens.close()
    images.close()
    await queue.close()
    lock?.release()
  }
  try {
    await app.listen({ host: options.host, port: options.port })
  } catch (error) {
    clearInterval(sweeping)
    await crew.stop(0)
    await close()
    throw error
  }
  const { port } = app.server.address() as AddressInfo
  return {
    url: `http://${options.host}:${port}`,
    routes: app.routeTable,
    device: crew.device,
    async stop(graceSeconds = options.drain) {
      stopping.abort()
      clearInterval(sweeping)
      await crew.stop(graceSeconds * 1000)
      await (isClosed ??= close())
    },
  }
}
