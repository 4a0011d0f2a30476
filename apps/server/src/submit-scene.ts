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
  /** How many scenes are asked for together; the same key with another number is another wish. */
  readonly together?: number | undefined
  /** A URL that is told when the job has ended. */
  readonly webhook?: string | undefined
}

/**
 * What a key that comes again must come with: all that the scene depends on, the seed if one was asked for, how many scenes
 * were, and who is told.
 */
function wishOf(
  digest: string,
  request: unknown,
  { together = 1, webhook }: Pick<Submission, 'together' | 'webhook'>,
): string {
  const { seed } = Object(request) as { readonly seed?: unknown }
  const number = together === 1 ? [] : [together]
  return [digest, seed ?? 'any', ...number, ...(webhook === undefined ? [] : [webhook])].join('.')
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
  return async (body, { webhook, together, ...submission }) => {
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
        digest: wishOf(checked.digest, body, { together, webhook: url }),
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
