import type { Job } from '../queue/job.ts'
import { describeScene } from '../routes/v1/describe-scene.ts'
import type { Services } from '../services.ts'

/** What is told of a scene that has ended: what, when, and the scene as `GET /v1/scenes/:id` has it. */
export async function webhookMessage(services: Pick<Services, 'queue' | 'artifacts'>, job: Job) {
  const data = await describeScene(services, job)
  return { type: `scene.${data.state}`, timestamp: data.endedAt, data }
}
