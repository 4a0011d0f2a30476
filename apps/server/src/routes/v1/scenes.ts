import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { validatorCompiler } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Caller } from '../../access/tokens.ts'
import { placeOf } from '../../artifacts/store.ts'
import { ServerError } from '../../errors.ts'
import type { Services } from '../../services.ts'
import type { Submission } from '../../submit-scene.ts'
import { sendArtifact } from '../send-artifact.ts'
import { sendEvents } from '../send-events.ts'
import { describeScene, downloadName, fileUrl } from './describe-scene.ts'
import { readSubmission } from './read-submission.ts'
import {
  batchSchema,
  fileParams,
  idParams,
  pageSchema,
  sceneSchema,
  submissionSchema,
  submittedSchema,
} from './schemas.ts'

/** Files of a job that runs; all others are there once it is completed. */
const isPreview = (name: string) => /^step-\d+\.webp$/.test(name)

/** Scenes as jobs: made, listed, told about, cancelled, fetched, removed. */
export const sceneRoutes = (services: Services): FastifyPluginAsyncZod =>
  async function routes(app) {
    const { queue, artifacts, sceneFiles, submitScene } = services

    /** A job that the caller may see. Unknown and other people's are the same. */
    const jobOf = async (id: string, { owner, scopes }: Caller) => {
      const job = await queue.get(id)
      if (job && (job.owner === owner || scopes.includes('admin'))) return job
      throw new ServerError('job/unknown', 'there is no such scene')
    }

    const submit = async (body: unknown, submission: Submission) => {
      const { job, isNew, warnings } = await submitScene(body, submission)
      return { scene: { ...(await describeScene(services, job)), warnings: [...warnings] }, isNew }
    }

    /** All scenes of a batch, or none. */
    const submitBatch = async (bodies: readonly unknown[], submission: Submission) => {
      const submitted: Awaited<ReturnType<typeof submit>>[] = []
      try {
        for (const [i, body] of bodies.entries()) {
          const { idempotencyKey: key } = submission
          // the first has the key itself, so that no single scene has it too
          const own = key === undefined || i === 0 ? key : `${key}#${i}`
          const together = bodies.length
          submitted.push(await submit(body, { ...submission, idempotencyKey: own, together }))
        }
        return submitted
      } catch (error) {
        for (const { scene, isNew } of submitted) if (isNew) await remove(scene.id)
        throw error
      }
    }

    const remove = async (id: string) => {
      await queue.remove(id)
      await artifacts.remove(id)
    }

    app.post(
      '/scenes',
      {
        config: { scope: 'generate', rateLimit: {} },
        schema: {
          summary: 'Makes a scene, or several',
          description:
            'Answers at once; the scene is made in its turn. As a form, the photograph is a file `image` and the rest is JSON in the field `request`. With `seeds` the answer is a batch.',
          tags: ['scenes'],
          headers: z.looseObject({
            'idempotency-key': z
              .string()
              .max(200)
              .optional()
              .describe('The same key with the same request gives the same scene, made once'),
          }),
          body: submissionSchema,
          response: {
            200: z.union([submittedSchema, batchSchema]).describe('They were asked for before'),
            202: z.union([submittedSchema, batchSchema]).describe('They are queued'),
          },
        },
        // the library checks the request: it takes the published names too, and says what was meant
        validatorCompiler: (route) =>
          route.httpPart === 'body'
            ? (value) => ({ value })
            : validatorCompiler({ ...route, schema: route.schema as unknown as z.ZodType }),
      },
      async (request, reply) => {
        const { seeds, webhook, ...body } = await readSubmission(request)
        const submission = {
          owner: request.caller.owner,
          client: request.client,
          idempotencyKey: request.headers['idempotency-key'],
          webhook: webhook === undefined ? undefined : asText(webhook),
        }
        if (seeds === undefined) {
          const { scene, isNew } = await submit(body, submission)
          return reply
            .status(isNew ? 202 : 200)
            .header('location', `/v1/scenes/${scene.id}`)
            .send(scene)
        }
        const submitted = await submitBatch(bySeeds(body, seeds), submission)
        return reply
          .status(submitted.some(({ isNew }) => isNew) ? 202 : 200)
          .send({ scenes: submitted.map(({ scene }) => scene) })
      },
    )

    app.get(
      '/scenes',
      {
        config: { scope: 'read' },
        schema: {
          summary: 'Own scenes, the newest first',
          tags: ['scenes'],
          querystring: z.object({
            limit: z.coerce.number().int().min(1).max(100).default(20),
            after: z.string().max(100).optional().describe('`next` of the page before'),
          }),
          response: { 200: pageSchema },
        },
      },
      async ({ caller, query: { limit, after } }) => {
        const page = await queue.list(caller.owner, {
          limit,
          ...(after !== undefined && { after }),
        })
        const scenes = await Promise.all(page.jobs.map((job) => describeScene(services, job)))
        return { scenes, next: page.next ?? null }
      },
    )

    app.get(
      '/scenes/:id',
      {
        config: { scope: 'read' },
        schema: {
          summary: 'A scene: its state, its place in the queue, its files',
          tags: ['scenes'],
          params: idParams,
          response: { 200: sceneSchema },
        },
      },
      async ({ caller, params: { id } }) => describeScene(services, await jobOf(id, caller)),
    )

    app.get(
      '/scenes/:id/events',
      {
        config: { scope: 'read' },
        schema: {
          summary: 'What happens to a scene, as server-sent events, until it has ended',
          description:
            'place {ahead}; queued; started {attempt}; progress {stage, step, fraction}; step {step, preview}, its preview a path on this server; retry {code, message}; and at the end done {seed, gaussians, seconds, timings}, failed {code, message, hint} or cancelled. All but place have an id: after a break, send the last one as Last-Event-ID.',
          tags: ['scenes'],
          params: idParams,
          response: {
            200: {
              description: 'Events',
              content: { 'text/event-stream': { schema: z.string() } },
            },
          },
        },
      },
      async (request, reply) => {
        const job = await jobOf(request.params.id, request.caller)
        return sendEvents(services, request, reply, job, ({ type, data }) =>
          type === 'step' ? { ...data, preview: fileUrl(job.id, String(data.preview)) } : data,
        )
      },
    )

    app.post(
      '/scenes/:id/cancel',
      {
        config: { scope: 'generate' },
        schema: {
          summary: 'Cancels a scene; one that has ended stays as it is',
          tags: ['scenes'],
          params: idParams,
          response: { 200: sceneSchema },
        },
      },
      async ({ caller, params: { id } }) => {
        const job = await jobOf(id, caller)
        return describeScene(services, (await queue.cancel(id)) ?? job)
      },
    )

    app.delete(
      '/scenes/:id',
      {
        config: { scope: 'generate' },
        schema: {
          summary: 'Cancels a scene and removes it with all its files',
          tags: ['scenes'],
          params: idParams,
          response: { 204: z.undefined().describe('It is gone') },
        },
      },
      async ({ caller, params: { id } }, reply) => {
        await jobOf(id, caller)
        await remove(id)
        return reply.status(204).send()
      },
    )

    app.get(
      '/scenes/:id/files/:name',
      {
        config: { scope: 'read' },
        schema: {
          summary: 'A file of a scene; made from the stored scene when it is first asked for',
          tags: ['scenes'],
          params: fileParams,
          response: {
            200: {
              description: 'The file',
              content: { 'application/octet-stream': { schema: z.string() } },
            },
          },
        },
      },
      async (request, reply) => {
        const { id, name } = request.params
        const job = await jobOf(id, request.caller)
        if (job.state !== 'completed' && !isPreview(name)) {
          throw new ServerError('file/unknown', 'there is no such file')
        }
        const place = placeOf(id, job.attempt)
        await sceneFiles.ensure(place, name)
        return sendArtifact(services, request, reply, { place, name, as: downloadName(job, name) })
      },
    )
  }

function asText(webhook: unknown): string {
  if (typeof webhook === 'string') return webhook
  throw new ServerError('request/webhook', 'webhook: expected a URL')
}

/** One request for each scene of a batch. @throws ServerError `body/invalid` */
function bySeeds(body: Record<string, unknown>, seeds: unknown): readonly unknown[] {
  const parsed = submissionSchema.shape.seeds.safeParse(seeds)
  if (!parsed.success || parsed.data === undefined) {
    throw new ServerError('body/invalid', 'seeds: expected a number of scenes, or their seeds')
  }
  if (typeof parsed.data !== 'number') return parsed.data.map((seed) => ({ ...body, seed }))
  const { seed: first } = body
  return Array.from({ length: parsed.data }, (_, i) =>
    typeof first === 'number' ? { ...body, seed: first + i } : body,
  )
}
