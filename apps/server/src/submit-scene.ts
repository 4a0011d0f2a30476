import type { Job } from './queue/job.ts'

/** Who asks, and how. */
export interface Submission {
  readonly owner: string
  readonly client: string
  readonly priority?: number
  readonly idempotencyKey?: string | undefined
  /** How many scenes are asked for together; the same key with another number is another wish. */
  readonly together?: number
}

/**
 * What a key that comes again must come with: all that the scene depends on, the seed if one was asked for, and how many
 * scenes were.
 */
export function wishOf(digest: string, request: unknown, together = 1): string {
  const { seed } = Object(request) as { readonly seed?: unknown }
  return [digest, seed ?? 'any', ...(together === 1 ? [] : [together])].join('.')
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
