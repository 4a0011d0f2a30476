import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { isJobId, placeOf } from '../../artifacts/store.ts'
import { ServerError } from '../../errors.ts'
import type { Job } from '../../queue/job.ts'
import { finalStates } from '../../queue/job.ts'
import type { Services } from '../../services.ts'
import { sendArtifact } from '../send-artifact.ts'
import { sendEvents } from '../send-events.ts'

const idParams = z.object({ id: z.string().refine(isJobId) })

/** Scenes as jobs: made, listed, told about, cancelled, fetched, removed. */
export const sceneRoutes = (services: Services): FastifyPluginAsyncZod =>
  async function routes(app) {
    const { queue, artifacts, submitScene } = services

    /** A job that the caller may see. Unknown and other people's are the same. */
    const jobOf = async (
      id: string,
      { owner, scopes }: { owner: string; scopes: readonly string[] },
    ) => {
      const job = await queue.get(id)
      if (job && (job.owner === owner || scopes.includes('admin'))) return job
      throw new ServerError('job/unknown', 'there is no such scene')
    }

    const describe = async (job: Job) => {
      const ahead = await queue.ahead(job)
      const { secondsPerPixel } = await queue.statistics()
      const files =
        job.state === 'completed' ? await artifacts.list(placeOf(job.id, job.attempt)) : []
      const estimate =
        secondsPerPixel === null || finalStates.includes(job.state)
          ? null
          : Math.round((ahead.pixels + job.pixels) * secondsPerPixel)
      const { id, state, createdAt, startedAt, endedAt, result, error } = job
      return {
        id,
        state,
        ...(state === 'queued' && { ahead: ahead.jobs }),
        estimatedSeconds: estimate,
        budgetSeconds: job.budgetSeconds,
        createdAt: new Date(createdAt).toISOString(),
        startedAt: startedAt && new Date(startedAt).toISOString(),
        endedAt: endedAt && new Date(endedAt).toISOString(),
        result,
        error,
        files: files.map(({ name, bytes }) => ({
          name,
          bytes,
          url: `/v1/scenes/${id}/files/${name}`,
        })),
      }
    }

    app.post(
      '/scenes',
      { config: { scope: 'generate', rateLimit: {} } },
      async (request, reply) => {
        const key = request.headers['idempotency-key']
        const { job, isNew, warnings } = await submitScene(request.body, {
          owner: request.caller.owner,
          client: request.client,
          idempotencyKey: typeof key === 'string' ? key : undefined,
        })
        return reply
          .status(isNew ? 202 : 200)
          .header('location', `/v1/scenes/${job.id}`)
          .send({ ...(await describe(job)), warnings })
      },
    )

    app.get(
      '/scenes',
      {
        config: { scope: 'read' },
        schema: {
          querystring: z.object({
            limit: z.coerce.number().int().min(1).max(100).default(20),
            after: z.string().max(100).optional(),
          }),
        },
      },
      async ({ caller, query: { limit, after } }) => {
        const page = await queue.list(caller.owner, {
          limit,
          ...(after !== undefined && { after }),
        })
        return { scenes: await Promise.all(page.jobs.map(describe)), next: page.next ?? null }
      },
    )

    app.get(
      '/scenes/:id',
      { config: { scope: 'read' }, schema: { params: idParams } },
      async ({ caller, params: { id } }) => describe(await jobOf(id, caller)),
    )

    app.get(
      '/scenes/:id/events',
      { config: { scope: 'read' }, schema: { params: idParams } },
      async (request, reply) => {
        const job = await jobOf(request.params.id, request.caller)
        return sendEvents(services, request, reply, job)
      },
    )

    app.post(
      '/scenes/:id/cancel',
      { config: { scope: 'generate' }, schema: { params: idParams } },
      async ({ caller, params: { id } }) => {
        await jobOf(id, caller)
        return describe((await queue.cancel(id))!)
      },
    )

    app.delete(
      '/scenes/:id',
      { config: { scope: 'generate' }, schema: { params: idParams } },
      async ({ caller, params: { id } }, reply) => {
        await jobOf(id, caller)
        await queue.remove(id)
        await artifacts.remove(id)
        return reply.status(204).send()
      },
    )

    app.get(
      '/scenes/:id/files/:name',
      {
        config: { scope: 'read' },
        schema: { params: z.object({ id: z.string().refine(isJobId), name: z.string().max(64) }) },
      },
      async (request, reply) => {
        const { id, name } = request.params
        const { attempt } = await jobOf(id, request.caller)
        return sendArtifact(services, request, reply, { place: placeOf(id, attempt), name })
      },
    )

    app.get('/queue', { config: { scope: 'read' } }, async () => queue.statistics())
  }
