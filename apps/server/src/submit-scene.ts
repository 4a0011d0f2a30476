import type { Job } from './queue/job.ts'

/** Who asks, and how. */
export interface Submission {
  readonly owner: string
  readonly client: string
  readonly priority?: number
  readonly idempotencyKey?: string | undefined
}

/**
 * Checks a request as people send it, with our names or the published ones, and queues it. The photograph is decoded, so
 * that what cannot be read is refused now; its bytes are stored before the job is.
 * @throws ServerError `queue/*`; FlashWorldError and CameraError about the request
 */
export type SubmitScene = (
  request: unknown,
  submission: Submission,
) => Promise<{ readonly job: Job; readonly isNew: boolean; readonly warnings: readonly string[] }>
