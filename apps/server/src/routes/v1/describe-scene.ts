import type { CheckedRequest } from 'flashworld'
import type { z } from 'zod'
import { placeOf } from '../../artifacts/store.ts'
import type { Job } from '../../queue/job.ts'
import type { Services } from '../../services.ts'
import type { sceneSchema } from './schemas.ts'

export const fileUrl = (id: string, name: string) => `/v1/scenes/${id}/files/${name}`

/** A job as clients see it. */
export async function describeScene(
  { queue, artifacts }: Pick<Services, 'queue' | 'artifacts'>,
  job: Job,
): Promise<z.output<typeof sceneSchema>> {
  const { id, state, createdAt, startedAt, endedAt, result, error } = job
  const { prompt, seed, resolution } = job.request as CheckedRequest
  const [frames, height, width] = resolution
  const ahead = await queue.ahead(job)
  const files = state === 'completed' ? await artifacts.list(placeOf(id, job.attempt)) : []
  return {
    id,
    state,
    ...(state === 'queued' && { ahead: ahead.jobs }),
    estimatedSeconds: ahead.seconds === null ? null : Math.round(ahead.seconds),
    budgetSeconds: job.budgetSeconds,
    prompt,
    seed,
    resolution: [frames, height, width],
    createdAt: isoTime(createdAt),
    startedAt: startedAt === null ? null : isoTime(startedAt),
    endedAt: endedAt === null ? null : isoTime(endedAt),
    result: result && { ...result, timings: { ...result.timings } },
    error,
    files: files.map(({ name, bytes }) => ({ name, bytes, url: fileUrl(id, name) })),
  }
}

const isoTime = (time: number) => new Date(time).toISOString()

const longestName = 60

/**
 * What a client's copy of a scene's file is called: `scene.500k.spz` of "a red house" is `a-red-house.500k.spz`, and
 * `film.mp4` is `a-red-house.film.mp4`.
 */
export function downloadName(job: Job, name: string): string {
  const { prompt } = job.request as CheckedRequest
  const words = prompt.normalize('NFC').replace(/[^\p{L}\p{N}]+/gu, '-')
  const stem = [...words]
    .slice(0, longestName)
    .join('')
    .replace(/^-+|-+$/g, '')
    .toLowerCase()
  if (stem === '') return name
  return `${stem}.${name.replace(/^scene\./, '')}`
}
