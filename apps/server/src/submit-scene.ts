import { randomUUID } from 'node:crypto'
import type { ImageDecoder, RequestDefaults } from 'flashworld'
import { checkRequest, detachImage } from 'flashworld'
import { checkDiskSpace } from './artifacts/disk-space.ts'
import type { ArtifactStore } from './artifacts/store.ts'
import { placeOf } from './artifacts/store.ts'
import { ServerError } from './errors.ts'
import { jobBudget } from './job-budget.ts'
import type { ServerOptions } from './options.ts'
import type { Job } from './queue/job.ts'
import type { Queue } from './queue/queue.ts'
import { checkWebhookUrl } from './webhooks/webhook-url.ts'
import { photographName } from './worker/worker.ts'

/** Who asks, and how. */
export interface Submission {
  readonly owner: string
  readonly client: string
  readonly priority?: number
  readonly idempotencyKey?: string | undefined
  /** A URL that is told when the job has ended. */
  readonly webhook?: string | undefined
}

/**
 * Checks a request as people send it, with our names or the published ones, and queues it. The photograph is decoded, so
 * that what cannot be read is refused now; its bytes are stored before the job is.
 * @throws ServerError `queue/*`, `request/webhook`; FlashWorldError and CameraError about the request
 */
export type SubmitScene = (
  request: unknown,
  submission: Submission,
) => Promise<{ readonly job: Job; readonly isNew: boolean; readonly warnings: readonly string[] }>

export function createSubmitScene({
  options,
  data,
  queue,
  artifacts,
  images,
  defaults,
  stopping,
}: {
  readonly options: ServerOptions
  /** The folder whose disk must have room. */
  readonly data: string
  readonly queue: Queue
  readonly artifacts: ArtifactStore
  readonly images: ImageDecoder
  readonly defaults: RequestDefaults
  /** Aborted when no more is taken. */
  readonly stopping: AbortSignal
}): SubmitScene {
  return async (body, { webhook, ...submission }) => {
    if (stopping.aborted)
      throw new ServerError('server/stopping', 'the server is stopping and takes no more')
    await checkDiskSpace(data, options.minFreeDisk)
    const url = webhook === undefined ? undefined : checkWebhookUrl(webhook, options.webhookHost)
    const checked = await checkRequest(body, { defaults, images })
    const { request, image } = detachImage(checked)
    const pixels = checked.resolution.reduce((product, side) => product * side, 1)
    const { secondsPerPixel } = await queue.statistics()
    const id = randomUUID()
    if (image) await artifacts.write(placeOf(id, 0), photographName, image)
    const { job, isNew } = await queue
      .submit({
        ...{ priority: 0, ...submission, id, request, pixels },
        digest: url === undefined ? checked.digest : `${checked.digest} ${url}`,
        budgetSeconds: jobBudget(options, pixels, secondsPerPixel),
        webhook: url,
      })
      .catch(async (error: unknown) => {
        // One that may have been taken keeps its photograph; the sweep knows what became of it.
        if (!(error instanceof ServerError && error.code === 'queue/unreachable'))
          await artifacts.remove(id)
        throw error
      })
    if (!isNew) await artifacts.remove(id)
    return { job, isNew, warnings: checked.warnings.map(({ message }) => message) }
  }
}
