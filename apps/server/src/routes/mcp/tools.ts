import { readFileSync } from 'node:fs'
import type { CallToolResult } from '@modelcontextprotocol/server'
import { McpServer, ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server'
import type { FastifyBaseLogger } from 'fastify'
import { requestSchema } from 'flashworld'
import { z } from 'zod'
import type { Caller } from '../../access/tokens.ts'
import { isJobId } from '../../artifacts/store.ts'
import { ServerError } from '../../errors.ts'
import { publicError } from '../../public-error.ts'
import type { Job } from '../../queue/job.ts'
import type { Services } from '../../services.ts'
import { describeScene } from '../v1/describe-scene.ts'
import { reportProgress } from './report-progress.ts'
import { declaresTasks, serveTasks, taskHandle } from './tasks.ts'

/** On whose behalf the tools work. */
export interface ToolUser {
  readonly caller: Caller
  readonly client: string
  /** What links to files begin with. */
  readonly origin: string
  readonly log: FastifyBaseLogger
}

const idSchema = z.object({ id: z.string().describe('The id that generate_scene gave') })

const { version } = JSON.parse(
  readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
) as { version: string }

/**
 * Scenes as three tools. A scene takes its time: making one answers with its id at once, with a task's handle where the
 * client declares tasks, and with the scene when it is there where the client wants to hear of its progress.
 */
export function createToolServer(services: Services, user: ToolUser): McpServer {
  const { queue, submitScene } = services
  const { caller, client, log } = user
  const server = new McpServer({ name: 'flashworld', version })

  const jobOf = async (id: string): Promise<Job> => {
    const job = isJobId(id) ? await queue.get(id) : undefined
    if (job && (job.owner === caller.owner || caller.scopes.includes('admin'))) return job
    throw new ServerError('job/unknown', 'there is no such scene')
  }

  const answer = (job: Job, warnings: readonly string[] = []) =>
    sceneResult(services, user, job, warnings)

  /** What the call that made it is answered with in the end. */
  const resultOf = async (job: Job, warnings: readonly string[] = []): Promise<CallToolResult> => ({
    ...(await answer(job, warnings)),
    ...(job.state === 'failed' && { isError: true }),
  })

  /** A failure is an answer too: the model reads what to do about it. */
  const told = async (body: () => Promise<CallToolResult>): Promise<CallToolResult> => {
    try {
      return await body()
    } catch (error) {
      const { code, message, hint, status } = publicError(error)
      if (status >= 500) log.error({ err: error, code }, 'a tool failed')
      return { isError: true, content: [textOf({ code, message, hint })] }
    }
  }

  server.registerTool(
    'generate_scene',
    {
      title: 'Make a 3D scene',
      description:
        'Makes a 3D scene of Gaussians from a sentence, a photograph or both, seen along a camera path. Answers with its id at once, unless the call carries a progress token; scene_status tells when it is there.',
      inputSchema: requestSchema,
      annotations: { readOnlyHint: false, destructiveHint: false, openWorldHint: false },
    },
    (request, context) =>
      told(async () => {
        const { job, warnings } = await submitScene(request, { owner: caller.owner, client })
        if (declaresTasks(context)) return taskHandle(job, services.options.keep)
        const token = context.mcpReq._meta?.progressToken
        if (token === undefined) return answer(job, warnings)
        const { signal } = context.mcpReq
        const ended = await reportProgress(services, job, token, context).catch(async (error) => {
          // nobody else knows of it
          if (signal.aborted) await queue.cancel(job.id)
          throw error
        })
        return resultOf(ended, warnings)
      }),
  )

  server.registerTool(
    'scene_status',
    {
      title: 'Look after a scene',
      description:
        'Tells how far a scene is, how many are before it, and when it is completed, where its files are.',
      inputSchema: idSchema,
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    ({ id }) => told(async () => answer(await jobOf(id))),
  )

  server.registerTool(
    'cancel_scene',
    {
      title: 'Give a scene up',
      description: 'Stops a scene that waits or is being made. One that has ended stays as it is.',
      inputSchema: idSchema,
      annotations: { readOnlyHint: false, idempotentHint: true, openWorldHint: false },
    },
    ({ id }) =>
      told(async () => {
        await jobOf(id)
        return answer((await queue.cancel(id))!)
      }),
  )

  serveTasks(server, {
    keepSeconds: services.options.keep,
    async jobOf(id) {
      try {
        return await jobOf(id)
      } catch (error) {
        const { status, message } = publicError(error)
        if (status >= 500) log.error({ err: error }, 'a task failed')
        const code =
          status < 500 ? ProtocolErrorCode.InvalidParams : ProtocolErrorCode.InternalError
        throw new ProtocolError(code, message)
      }
    },
    cancel: (job) => queue.cancel(job.id),
    resultOf,
  })

  return server
}

/** A scene in words that a program reads, and its files as links. */
async function sceneResult(
  services: Services,
  { origin }: ToolUser,
  job: Job,
  warnings: readonly string[],
): Promise<CallToolResult> {
  const { files, ...scene } = await describeScene(services, job)
  return {
    content: [
      textOf({ ...scene, ...(warnings.length > 0 && { warnings }) }),
      ...files.map(({ name, bytes, url }) => ({
        type: 'resource_link' as const,
        name,
        uri: `${origin}${url}`,
        size: bytes,
      })),
    ],
  }
}

const textOf = (value: unknown) => ({ type: 'text' as const, text: JSON.stringify(value) })
