import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { AddressInfo } from 'node:net'
import { checkpointDefaults, checkRequest, detachImage, errorCode } from 'flashworld'
import { embeddedModel, folderSource } from 'flashworld/node'
import type { FastifyBaseLogger } from 'fastify'
import { isLoopback } from './access/hosts.ts'
import { hashOf, readTokens } from './access/tokens.ts'
import { createApp } from './app.ts'
import { checkDiskSpace } from './artifacts/disk-space.ts'
import { openFolderStore } from './artifacts/folder/folder-store.ts'
import { withRecentLists } from './artifacts/recent-lists.ts'
import { placeOf } from './artifacts/store.ts'
import { ServerError } from './errors.ts'
import type { RouteRecord } from './access/guard.ts'
import { createImageProcess } from './images/image-process.ts'
import { createMeasures } from './measures.ts'
import { jobBudget } from './job-budget.ts'
import type { ServerOptions } from './options.ts'
import { openQueue } from './queue/open-queue.ts'
import { lockDataFolder } from './queue/sqlite/data-lock.ts'
import { createSweeper, defaultRetention } from './retention/sweep.ts'
import type { Services } from './services.ts'
import type { Parts } from './start-workers.ts'
import type { SubmitScene } from './submit-scene.ts'
import { wishOf } from './submit-scene.ts'
import { createSceneFiles } from './scene-work/scene-files.ts'
import { createSceneWork } from './scene-work/scene-work.ts'
import { startCrew } from './worker/crew.ts'
import { photographName } from './worker/worker.ts'

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
  { engineProgram, policy }: Parts = {},
): Promise<RunningServer> {
  const data = resolve(options.data)
  await mkdir(data, { recursive: true })
  const tokens = [
    ...(await readTokens(join(data, 'tokens.json'))),
    ...(options.token === ''
      ? []
      : [{ name: 'admin', sha256: hashOf(options.token), scopes: ['admin' as const] }]),
  ]
  if (!isLoopback(options.host) && tokens.length === 0) {
    throw new ServerError(
      'options/invalid',
      `--host ${options.host}: other machines could use this server without a token`,
      { hint: 'Give --token TOKEN, or make tokens.' },
    )
  }
  const lock = options.databaseUrl === '' ? lockDataFolder(data) : undefined
  const queue = await openQueue(options, data, policy)
  const artifacts = withRecentLists(await openFolderStore(join(data, 'scenes')))
  const modelFolder = options.model === 'mini' ? embeddedModel : resolve(options.model)
  const defaults = await checkpointDefaults(folderSource(modelFolder))
  const stopping = new AbortController()
  const images = createImageProcess()
  const sceneWork = createSceneWork({
    staging: join(data, 'staging'),
    atOnce: 2,
    mostWaiting: 32,
    timeoutMs: 600_000,
  })

  const submitScene: SubmitScene = async (
    body,
    { owner, client, priority = 0, idempotencyKey, together },
  ) => {
    if (stopping.signal.aborted)
      throw new ServerError('server/stopping', 'the server is stopping and takes no more')
    await checkDiskSpace(data, options.minFreeDisk)
    const checked = await checkRequest(body, { defaults, images })
    const { request, image } = detachImage(checked)
    const pixels = checked.resolution.reduce((product, side) => product * side, 1)
    const { secondsPerPixel } = await queue.statistics()
    const budgetSeconds = jobBudget(options, pixels, secondsPerPixel)
    const id = randomUUID()
    if (image) await artifacts.write(placeOf(id, 0), photographName, image)
    const submitted = await queue
      .submit({
        id,
        owner,
        client,
        priority,
        request,
        digest: wishOf(checked.digest, body, together),
        idempotencyKey,
        pixels,
        budgetSeconds,
      })
      .catch(async (error: unknown) => {
        // One that may have been taken keeps its photograph; the sweep knows what became of it.
        if (!(error instanceof ServerError && error.code === 'queue/unreachable'))
          await artifacts.remove(id)
        throw error
      })
    const { job, isNew } = submitted
    if (!isNew) await artifacts.remove(id)
    return { job, isNew, warnings: checked.warnings.map(({ message }) => message) }
  }

  const measures = createMeasures(queue, data)

  const troubles = async () => {
    const codeOf = (error: unknown) => errorCode(error) ?? 'server/failed'
    const found = await Promise.all([
      stopping.signal.aborted ? 'server/stopping' : undefined,
      // a write that changes nothing: a database that only reads is of no use
      queue.prioritise('', 0).then(() => undefined, codeOf),
      checkDiskSpace(data, options.minFreeDisk).then(() => undefined, codeOf),
    ])
    const ofWorkers = crew.workers.map(({ trouble }) => trouble)
    // one that can work is enough
    const nobodyWorks = ofWorkers.length > 0 && !ofWorkers.includes(undefined)
    return [...found, nobodyWorks ? ofWorkers[0] : undefined].filter((code) => code !== undefined)
  }

  const services: Services = {
    options,
    queue,
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
    ...{ options, queue, artifacts, data, modelFolder, engineProgram, log },
    onEnded: measures.ended,
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
