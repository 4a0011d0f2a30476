import { randomUUID } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { allows } from '../../access/tokens.ts'
import { checkDiskSpace } from '../../artifacts/disk-space.ts'
import { ServerError } from '../../errors.ts'
import type { Services } from '../../services.ts'
import { failureIn, inWords } from '../failure.ts'
import { ownJob } from '../own-job.ts'
import { sendArtifact } from '../send-artifact.ts'
import type { Call } from './calls.ts'
import { createCalls } from './calls.ts'
import { describeApp, describeEndpoints, prefix } from './describe.ts'
import type { CallContext, Endpoint } from './endpoint.ts'
import { gradioEndpoints } from './endpoints.ts'
import { keepUpload, placeOfFile } from './files.ts'
import { unknownSession } from './messages.ts'
import { aliveTexts, answerTexts, callTexts, sendStream, sessionTexts } from './streams.ts'

const sessionName = z.string().regex(/^[\w-]{1,64}$/, 'expected letters, digits and dashes')
const eventId = z.string().max(64)
const fields = z.array(z.unknown()).max(16)
/** What clients send besides is passed over: who sent an event and from where is nothing to us. */
const joinBody = z.object({
  data: fields,
  fn_index: z.unknown().optional(),
  session_hash: sessionName,
})
const callBody = z.object({ data: fields, session_hash: sessionName.optional() })
const apiParams = z.object({ api: z.string().max(64) })

const maxUploads = 8
/** Bytes that anybody may send. */
const smallBody = 4096

/** Gradio's protocol (SSE version 3), for its JavaScript and Python clients and whoever calls it by hand. */
export const gradioRoutes = (services: Services): FastifyPluginAsyncZod =>
  async function routes(app) {
    const { queue, stopping, options } = services
    const endpoints = gradioEndpoints(services)
    const calls = createCalls()
    const appId = randomUUID()

    app.addHook('preSerialization', async (_, __, payload) => {
      const failure = failureIn(payload)
      if (!failure) return payload
      const { code, requestId } = failure
      return { detail: inWords(failure), error: inWords(failure), code, requestId }
    })

    app.get('/config', { config: { scope: 'read' } }, async (request) =>
      describeApp(endpoints, rootOf(request), appId),
    )

    app.register(
      async (api) => {
        describeRoutes(api.withTypeProvider())
        sessionRoutes(api.withTypeProvider())
        callRoutes(api.withTypeProvider())
        fileRoutes(api.withTypeProvider())
      },
      { prefix },
    )

    type App = Parameters<FastifyPluginAsyncZod>[0]

    function describeRoutes(api: App) {
      api.get('/info', { config: { scope: 'read' } }, async () => describeEndpoints(endpoints))
      api.get('/app_id', { config: { scope: 'read' } }, async () => ({ app_id: appId }))
      api.get('/startup-events', { config: { scope: 'read' } }, async () => true)
      api.get('/queue/status', { config: { scope: 'read' } }, async () => {
        const { counts } = await queue.statistics()
        return { msg: 'estimation', rank: counts.queued, queue_size: counts.queued, rank_eta: null }
      })
      api.get(
        '/heartbeat/:session',
        { config: { scope: 'read' }, schema: { params: z.object({ session: sessionName }) } },
        async (_, reply) => sendStream(services, reply, aliveTexts),
      )
    }

    function sessionRoutes(api: App) {
      api.post(
        '/queue/join',
        { config: { scope: 'generate', rateLimit: {} }, schema: { body: joinBody } },
        async (request) => {
          const { data, fn_index: index, session_hash: session } = request.body
          const endpoint = Number.isInteger(index) ? endpoints[index as number] : undefined
          return { event_id: (await start(request, endpoint, data, session)).id }
        },
      )
      api.get(
        '/queue/data',
        {
          config: { scope: 'read' },
          schema: { querystring: z.object({ session_hash: sessionName }) },
        },
        async ({ caller, query }, reply) => {
          const session = calls.session(caller.owner, query.session_hash)
          return sendStream(services, reply, (signal) =>
            session
              ? sessionTexts(services, session, signal)
              : oneText(`data: ${JSON.stringify(unknownSession)}\n\n`),
          )
        },
      )
      // The JavaScript client sends no token here: who knows the session and the event has made the call.
      api.post(
        '/cancel',
        {
          config: { scope: 'none' },
          bodyLimit: smallBody,
          schema: {
            body: z.object({ event_id: eventId, session_hash: sessionName.nullish() }),
          },
        },
        async ({ caller, body: { event_id: id, session_hash: session } }) => {
          const call = calls.find(session ?? id, id)
          const mayCancel = call || allows(caller, 'generate')
          const job = mayCancel
            ? await ownJob(services, id, call?.context.caller ?? caller)
            : undefined
          if (!call && !job) throw new ServerError('job/unknown', 'there is no such event')
          if (job) await queue.cancel(job.id)
          return { success: true }
        },
      )
      // Older servers began their iterators anew; there is nothing of the kind.
      api.post(
        '/reset',
        {
          config: { scope: 'none' },
          bodyLimit: smallBody,
          schema: { body: z.object({ event_id: eventId.nullish() }) },
        },
        async () => ({ success: true }),
      )
    }

    function callRoutes(api: App) {
      const generate = { scope: 'generate' as const, rateLimit: {} }
      api.post(
        '/call/:api',
        { config: generate, schema: { params: apiParams, body: callBody } },
        async (request) => {
          const { data, session_hash: session } = request.body
          return { event_id: (await start(request, named(request.params.api), data, session)).id }
        },
      )
      api.post(
        '/call/v2/:api',
        {
          config: generate,
          schema: { params: apiParams, body: z.record(z.string().max(64), z.unknown()) },
        },
        async (request) => {
          const endpoint = named(request.params.api)
          const data = inOrder(endpoint, request.body)
          return { event_id: (await start(request, endpoint, data)).id }
        },
      )
      for (const url of ['/call/:api/:event', '/call/v2/:api/:event']) {
        api.get(
          url,
          { config: { scope: 'read' }, schema: { params: apiParams.extend({ event: eventId }) } },
          async (request, reply) => {
            const { api: name, event } = request.params as { api: string; event: string }
            const endpoint = named(name)
            const job = await ownJob(services, event, request.caller)
            const answer = job ? undefined : calls.takeAnswer(request.caller.owner, event)
            if (!job && !answer) throw new ServerError('job/unknown', 'there is no such event')
            return sendStream(services, reply, (signal) =>
              job
                ? callTexts(services, { endpoint, job, context: contextOf(request) }, signal)
                : answerTexts(answer!),
            )
          },
        )
      }
    }

    function fileRoutes(api: App) {
      api.post('/upload', { config: { scope: 'generate', rateLimit: {} } }, async (request) => {
        await checkDiskSpace(options.data, options.minFreeDisk)
        const paths: string[] = []
        const limits = { files: maxUploads, fileSize: options.maxBody }
        for await (const part of request.files({ limits })) {
          if (part.fieldname !== 'files') {
            throw new ServerError('body/invalid', "expected files in the field 'files'")
          }
          paths.push(await keepUpload(services, await part.toBuffer()))
        }
        if (paths.length === 0) throw new ServerError('body/invalid', 'expected a file')
        return paths
      })
      api.get('/file=*', { config: { scope: 'read' } }, async (request, reply) => {
        const { '*': path } = request.params as { '*': string }
        const place = await placeOfFile(services, path, request.caller)
        if (!place) throw new ServerError('file/unknown', 'there is no such file')
        return sendArtifact(services, request, reply, place)
      })
    }

    const named = (name: string): Endpoint => {
      const endpoint = endpoints.find((each) => each.name === name)
      if (endpoint) return endpoint
      throw new ServerError('route/unknown', 'there is no such endpoint')
    }

    async function start(
      request: FastifyRequest,
      endpoint: Endpoint | undefined,
      given: readonly unknown[],
      session?: string,
    ): Promise<Call> {
      if (!endpoint) throw new ServerError('route/unknown', 'there is no such endpoint')
      if (stopping.aborted) throw new ServerError('queue/full', 'the server is stopping')
      const context = contextOf(request)
      const started = await endpoint.start(complete(endpoint, given), context)
      return calls.add(endpoint, context, started, session)
    }
  }

const contextOf = (request: FastifyRequest): CallContext => ({
  caller: request.caller,
  client: request.client,
  root: rootOf(request),
})

/** The address under which the client reached the server. */
const rootOf = ({ protocol, host }: FastifyRequest) => `${protocol}://${host}`

/** Fields that were left out at the end get what they are without. @throws ServerError `body/invalid` */
function complete({ inputs }: Endpoint, given: readonly unknown[]): readonly unknown[] {
  const missing = inputs.slice(given.length)
  if (given.length <= inputs.length && missing.every((field) => 'fallback' in field)) {
    return [...given, ...missing.map(({ fallback }) => fallback)]
  }
  const names = inputs.map(({ name }) => name).join(', ')
  throw new ServerError('body/invalid', `data: expected ${names}, got ${given.length} values`)
}

/** Fields by name, in the endpoint's order. @throws ServerError `body/invalid` */
function inOrder({ inputs }: Endpoint, given: Readonly<Record<string, unknown>>) {
  const unknown = Object.keys(given).find((name) => inputs.every((field) => field.name !== name))
  if (unknown !== undefined) {
    throw new ServerError('body/invalid', `expected no field '${unknown.slice(0, 40)}'`)
  }
  return inputs.map((field) => {
    if (Object.hasOwn(given, field.name)) return given[field.name]
    if ('fallback' in field) return field.fallback
    throw new ServerError('body/invalid', `${field.name}: expected it`)
  })
}

async function* oneText(text: string) {
  yield text
}
