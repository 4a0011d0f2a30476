import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import type { AddressInfo } from 'node:net'
import { checkpointDefaults, checkRequest, detachImage } from 'flashworld'
import { embeddedModel, folderSource } from 'flashworld/node'
import type { FastifyBaseLogger } from 'fastify'
import { isLoopback } from './access/hosts.ts'
import { hashOf, readTokens } from './access/tokens.ts'
import { createApp } from './app.ts'
import { openFolderStore } from './artifacts/folder/folder-store.ts'
import { placeOf } from './artifacts/store.ts'
import { createEngineProcess } from './engine-process/engine-process.ts'
import { ServerError } from './errors.ts'
import type { RouteRecord } from './access/guard.ts'
import { createImageProcess } from './images/image-process.ts'
import type { ServerOptions } from './options.ts'
import { openPostgres } from './queue/postgres/database.ts'
import { defaultPolicy } from './queue/queue.ts'
import { createSqlQueue } from './queue/sql-queue.ts'
import { lockDataFolder } from './queue/sqlite/data-lock.ts'
import { openSqlite } from './queue/sqlite/database.ts'
import type { Services } from './services.ts'
import type { SubmitScene } from './submit-scene.ts'
import { photographName, startWorker } from './worker/worker.ts'

export interface RunningServer {
  readonly url: string
  /** All that it answers to. */
  readonly routes: readonly RouteRecord[]
  /** What the workers here compute on, once it is known; undefined where there are none. @throws EngineFailure */
  readonly device: Promise<string> | undefined
  /** Takes no more; waits for running jobs; then all is closed. */
  stop(): Promise<void>
}

/** @throws ServerError `data/locked`, `options/invalid` and others that say why it cannot serve */
export async function startServer(
  options: ServerOptions,
  log: FastifyBaseLogger,
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
  const database =
    options.databaseUrl === ''
      ? openSqlite(join(data, 'queue.sqlite'))
      : openPostgres(options.databaseUrl)
  const queue = await createSqlQueue(database, {
    ...defaultPolicy,
    maxQueued: options.maxQueued,
    maxQueuedPerClient: options.maxQueuedPerClient,
    maxRunningPerClient: options.maxRunningPerClient,
  })
  const artifacts = await openFolderStore(join(data, 'scenes'))
  const modelFolder = options.model === 'mini' ? embeddedModel : resolve(options.model)
  const defaults = await checkpointDefaults(folderSource(modelFolder))
  const stopping = new AbortController()
  const images = createImageProcess()

  const submitScene: SubmitScene = async (
    body,
    { owner, client, priority = 0, idempotencyKey },
  ) => {
    if (stopping.signal.aborted)
      throw new ServerError('server/stopping', 'the server is stopping and takes no more')
    const checked = await checkRequest(body, { defaults, images })
    const { request, image } = detachImage(checked)
    const pixels = checked.resolution.reduce((product, side) => product * side, 1)
    const { secondsPerPixel } = await queue.statistics()
    const budgetSeconds =
      options.gpuBudget > 0
        ? options.gpuBudget
        : Math.max(600, 10 * pixels * (secondsPerPixel ?? 0))
    const id = randomUUID()
    if (image) await artifacts.write(placeOf(id, 0), photographName, image)
    const { job, isNew } = await queue.submit({
      id,
      owner,
      client,
      priority,
      request,
      digest: checked.digest,
      idempotencyKey,
      pixels,
      budgetSeconds,
    })
    if (!isNew) await artifacts.remove(id)
    return { job, isNew, warnings: checked.warnings.map(({ message }) => message) }
  }

  const services: Services = {
    options,
    queue,
    artifacts,
    tokens,
    submitScene,
    log,
    stopping: stopping.signal,
  }
  const app = await createApp(services)
  await app.listen({ host: options.host, port: options.port })
  const { port } = app.server.address() as AddressInfo

  const gpus = options.gpu.length > 0 ? options.gpu : ['']
  const engines = gpus.flatMap(() =>
    Array.from({ length: options.maxConcurrent }, () =>
      createEngineProcess({
        program: new URL('./engine-process/program.ts', import.meta.url),
        args: [
          ...['--model', basename(modelFolder), '--folder', modelFolder],
          ...['--backend', options.backend, '--precision', options.precision],
          ...(options.offloadText ? ['--offload-text'] : []),
        ],
        idleUnloadMs: options.idleUnload > 0 ? options.idleUnload * 1000 : undefined,
      }),
    ),
  )
  const workers = engines.map((engine, i) =>
    startWorker({
      name: `${process.pid}.${i}`,
      queue,
      artifacts,
      engine,
      staging: join(data, 'staging'),
      log,
      renewMs: 2000,
      pollMs: 1000,
    }),
  )
  const reaping = setInterval(() => void queue.reap().catch(() => {}), 5000)

  return {
    url: `http://${options.host}:${port}`,
    routes: app.routeTable,
    device: engines[0]?.warm().then(({ device }) => device),
    async stop() {
      stopping.abort()
      clearInterval(reaping)
      await Promise.all(workers.map((worker) => worker.stop(options.drain * 1000)))
      await app.close()
      images.close()
      await queue.close()
      lock?.release()
    },
  }
}
