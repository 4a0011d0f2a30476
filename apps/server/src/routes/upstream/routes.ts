import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { placeOf } from '../../artifacts/store.ts'
import { ServerError } from '../../errors.ts'
import type { Job } from '../../queue/job.ts'
import type { Services } from '../../services.ts'
import { failureIn } from '../failure.ts'
import { ownJob } from '../own-job.ts'
import { sendArtifact } from '../send-artifact.ts'
import { publishedError, publishedRequest } from './published-request.ts'

const idParams = z.object({ id: z.string().max(64) })

/** More of a client's own tasks than these are not listed. */
const listedTasks = 100

/**
 * The API of the published Flask edition (2025-10-16), for the clients that people have. A task and its file are one job:
 * both ids are its own, and no path of this machine is told.
 */
export const upstreamRoutes = (services: Services): FastifyPluginAsyncZod =>
  async function routes(app) {
    const { queue, artifacts, options, submitScene } = services

    app.addHook('preSerialization', async (_, reply, payload) => {
      const failure = failureIn(payload)
      if (!failure) return payload
      const { code, hint, requestId } = failure
      // all that is wrong with a photograph has one status there
      if (code === 'image/type' || code === 'image/size') void reply.status(400)
      return { success: false, error: publishedError(failure), code, hint, requestId }
    })

    for (const url of ['/generate', '/delete/:id']) {
      app.options(url, { config: { scope: 'none' } }, async () => ({ status: 'ok' }))
    }

    app.post(
      '/generate',
      { config: { scope: 'generate', rateLimit: {} } },
      async (request, reply) => {
        const { job } = await submitScene(publishedRequest(request.body), {
          owner: request.caller.owner,
          client: request.client,
        })
        return reply
          .status(202)
          .send({ success: true, task_id: job.id, file_id: job.id, queue: await placeInQueue(job) })
      },
    )

    app.get(
      '/task/:id',
      { config: { scope: 'read' }, schema: { params: idParams } },
      async ({ caller, params: { id } }, reply) => {
        const job = await ownJob(services, id, caller)
        if (!job) return notThere(reply, 'Task not found')
        return {
          success: true,
          task_id: id,
          status: job.state,
          created_at: job.createdAt / 1000,
          started_at: job.startedAt && job.startedAt / 1000,
          completed_at: job.endedAt && job.endedAt / 1000,
          error: job.error?.message ?? null,
          queue: await placeInQueue(job),
          ...(job.state === 'completed' && (await fileOf(job))),
        }
      },
    )

    app.get(
      '/download/:id',
      { config: { scope: 'read' }, schema: { params: idParams } },
      async (request, reply) => {
        const { id } = request.params
        const job = await ownJob(services, id, request.caller)
        if (job?.state !== 'completed') return notThere(reply, 'File not found')
        return sendArtifact(services, request, reply, {
          place: placeOf(id, job.attempt),
          name: 'scene.ply',
          as: `${id}.ply`,
        })
      },
    )

    const remove = async ({
      caller,
      params: { id },
    }: FastifyRequest<{ Params: z.infer<typeof idParams> }>) => {
      const job = await ownJob(services, id, caller)
      if (!job) return { success: true, deleted: [] }
      await queue.remove(id)
      await artifacts.remove(id)
      const files = job.state === 'completed' ? [`${id}.ply`, `${id}.json`] : [`${id}.json`]
      return { success: true, deleted: files }
    }
    const removal = { config: { scope: 'generate' as const }, schema: { params: idParams } }
    app.delete('/delete/:id', removal, remove)
    app.post('/delete/:id', removal, remove)

    app.get('/status', { config: { scope: 'read' } }, async ({ caller }) => {
      const { counts } = await queue.statistics()
      const { jobs } = await queue.list(caller.owner, { limit: listedTasks })
      const own = (state: Job['state']) => jobs.filter((job) => job.state === state)
      return {
        success: true,
        status: {
          max_concurrent: options.maxConcurrent * Math.max(1, options.gpu.length),
          running_count: counts.running,
          queued_count: counts.queued,
          completed_count: counts.completed + counts.failed,
          running_tasks: own('running').map(({ id }) => id),
          queued_tasks: own('queued').map(({ id }) => id),
        },
        timestamp: Date.now() / 1000,
      }
    })

    const placeInQueue = async (job: Job) => {
      const { counts } = await queue.statistics()
      const position = job.state === 'queued' ? (await queue.ahead(job)).jobs + 1 : 0
      return { queued_count: counts.queued, running_count: counts.running, position }
    }

    /** @throws ServerError `file/unknown` */
    const fileOf = async ({ id, attempt, startedAt, endedAt }: Job) => {
      const file = await artifacts.find(placeOf(id, attempt), 'scene.ply')
      if (!file) throw new ServerError('file/unknown', 'there is no such file')
      return {
        file_id: id,
        file_path: `${id}.ply`,
        file_size: file.bytes,
        download_url: `/download/${id}`,
        generation_time: (endedAt! - startedAt!) / 1000,
      }
    }
  }

const notThere = (reply: FastifyReply, error: string) =>
  reply.status(404).send({ success: false, error })
