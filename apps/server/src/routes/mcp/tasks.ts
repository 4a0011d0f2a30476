import type {
  CallToolResult,
  ClientCapabilities,
  McpServer,
  ServerContext,
} from '@modelcontextprotocol/server'
import {
  CLIENT_CAPABILITIES_META_KEY,
  MissingRequiredClientCapabilityError,
} from '@modelcontextprotocol/server'
import { z } from 'zod'
import type { Job } from '../../queue/job.ts'

/** The protocol's extension for long calls, which a client declares with each call. */
const tasksExtension = 'io.modelcontextprotocol/tasks'
const required: ClientCapabilities = { extensions: { [tasksExtension]: {} } }

/** How often a client should look, milliseconds. */
const pollIntervalMs = 2000

export function declaresTasks({ mcpReq: { envelope } }: ServerContext): boolean {
  const declared = (envelope as Record<string, unknown> | undefined)?.[CLIENT_CAPABILITIES_META_KEY]
  return (declared as ClientCapabilities | undefined)?.extensions?.[tasksExtension] !== undefined
}

/** A job as a task. @param keepSeconds how long its files are kept */
const taskOf = ({ id, state, createdAt, startedAt, endedAt }: Job, keepSeconds: number) => ({
  taskId: id,
  status: state === 'queued' || state === 'running' ? ('working' as const) : taskStates[state],
  statusMessage: state,
  createdAt: new Date(createdAt).toISOString(),
  lastUpdatedAt: new Date(endedAt ?? startedAt ?? createdAt).toISOString(),
  ttlMs: endedAt === null ? null : endedAt - createdAt + keepSeconds * 1000,
  pollIntervalMs,
})

// a scene that failed is a call that was answered: its result says so
const taskStates = { completed: 'completed', failed: 'completed', cancelled: 'cancelled' } as const

/** The handle that a call is answered with in place of its result. */
export const taskHandle = (job: Job, keepSeconds: number): CallToolResult => ({
  content: [],
  ...{ resultType: 'task', ...taskOf(job, keepSeconds) },
})

export interface TaskSource {
  readonly keepSeconds: number
  /** @throws ProtocolError for one that is not the caller's */
  jobOf(id: string): Promise<Job>
  cancel(job: Job): Promise<unknown>
  /** What the call is answered with once the job has ended. */
  resultOf(job: Job): Promise<CallToolResult>
}

const paramsSchema = z.looseObject({ taskId: z.string() })

/** Lets clients that declare tasks follow and cancel them; the queue is where they live. */
export function serveTasks({ server }: McpServer, source: TaskSource) {
  server.registerCapabilities(required)
  const handle = (method: string, body: (job: Job) => Promise<Record<string, unknown>>) =>
    server.setRequestHandler(method, { params: paramsSchema }, async ({ taskId }, context) => {
      if (!declaresTasks(context))
        throw new MissingRequiredClientCapabilityError({ requiredCapabilities: required })
      return body(await source.jobOf(taskId))
    })

  handle('tasks/get', async (job) => {
    const task = taskOf(job, source.keepSeconds)
    return task.status === 'completed' ? { ...task, result: await source.resultOf(job) } : task
  })
  handle('tasks/cancel', async (job) => {
    await source.cancel(job)
    return {}
  })
  // no scene asks for more
  handle('tasks/update', async () => ({}))
}
