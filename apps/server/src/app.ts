import type { Readable } from 'node:stream'
import multipart from '@fastify/multipart'
import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance } from 'fastify'
import { checkForms } from './body/form-type.ts'
import { ServerError } from './errors.ts'
import { createGuardedApp } from './guarded-app.ts'
import { mcpRoutes } from './routes/mcp/routes.ts'
import { gradioRoutes } from './routes/gradio/routes.ts'
import { operationRoutes } from './routes/operations/routes.ts'
import { exampleRoutes } from './routes/simple/examples.ts'
import { simpleRoutes } from './routes/simple/routes.ts'
import { studioRoutes } from './routes/studio/routes.ts'
import { upstreamRoutes } from './routes/upstream/routes.ts'
import { v1Routes } from './routes/v1/index.ts'
import type { Services } from './services.ts'

export type Body = Readable | Buffer | string

/** The HTTP server: it checks, queues and tells; it never touches a GPU. */
export async function createApp(services: Services): Promise<FastifyInstance> {
  const { options } = services
  const app = createGuardedApp(services)
  await app.register(multipart, { limits: { fileSize: options.maxBody, files: 1, fields: 20 } })
  checkForms(app)
  if (options.rateLimit > 0) {
    await app.register(rateLimit, {
      global: false,
      max: options.rateLimit,
      timeWindow: '1 minute',
      keyGenerator: ({ client }) => client,
      cache: 10_000,
      errorResponseBuilder: (_, { after }) =>
        new ServerError('access/rate', `too many requests; try again in ${after}`),
    })
  }
  await app.register(operationRoutes(services))
  await app.register(upstreamRoutes(services))
  await app.register(gradioRoutes(services))
  await app.register(v1Routes(services))
  await app.register(mcpRoutes(services))
  await app.register(exampleRoutes())
  await app.register(simpleRoutes(services))
  await app.register(studioRoutes())
  return app
}
