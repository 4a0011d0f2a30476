import type { Readable } from 'node:stream'
import helmet from '@fastify/helmet'
import multipart from '@fastify/multipart'
import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance } from 'fastify'
import Fastify, { LogController } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { errorCode } from 'flashworld'
import { guardRoutes } from './access/guard.ts'
import { ServerError } from './errors.ts'
import { statusOf } from './http-errors.ts'
import { operationRoutes } from './routes/operations/routes.ts'
import { sceneRoutes } from './routes/v1/scenes.ts'
import type { Services } from './services.ts'

export type Body = Readable | Buffer | string

/** The HTTP server: it checks, queues and tells; it never touches a GPU. */
export async function createApp(services: Services): Promise<FastifyInstance> {
  const { options, log } = services
  const app = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: options.maxBody,
    trustProxy: options.trustProxy.length > 0 && [...options.trustProxy],
    connectionTimeout: 0,
    requestTimeout: 60_000,
    keepAliveTimeout: 65_000,
    http: { headersTimeout: 15_000, maxHeaderSize: 16_384 },
    routerOptions: { maxParamLength: 200 },
    forceCloseConnections: true,
  })
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  answerErrors(app)
  await app.register(helmet, {
    contentSecurityPolicy: { directives: { defaultSrc: ["'none'"] }, useDefaults: false },
    crossOriginEmbedderPolicy: true,
  })
  await app.register(multipart, { limits: { fileSize: options.maxBody, files: 1, fields: 20 } })
  if (options.rateLimit > 0) {
    await app.register(rateLimit, {
      global: false,
      max: options.rateLimit,
      timeWindow: '1 minute',
      keyGenerator: ({ client }) => client,
      errorResponseBuilder: (_, { after }) =>
        new ServerError('access/rate', `too many requests; try again in ${after}`),
    })
  }
  guardRoutes(app, services)
  await app.register(operationRoutes(services))
  await app.register(sceneRoutes(services), { prefix: '/v1' })
  return app
}

/** Every failure is a code and a message; what we did not foresee is a number to look up in the log. */
function answerErrors(app: FastifyInstance) {
  app.setErrorHandler((error, request, reply) => {
    const { code, message, status, hint } = publicError(error)
    if (status >= 500) request.log.error({ err: error, requestId: request.id }, 'a request failed')
    if (status === 503 || status === 429) void reply.header('retry-after', '10')
    return reply.status(status).send({ error: { code, message, hint, requestId: request.id } })
  })
  app.setNotFoundHandler((request, reply) =>
    reply.status(404).send({
      error: { code: 'route/unknown', message: 'there is nothing here', requestId: request.id },
    }),
  )
}

/** What Fastify refuses by itself, in our codes. */
const fastifyCodes: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body/too-large',
  FST_REQ_FILE_TOO_LARGE: 'body/too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'body/type',
  FST_INVALID_MULTIPART_CONTENT_TYPE: 'body/type',
}

function publicError(error: unknown) {
  const known = errorCode(error)
  const { message, hint } = error as ServerError
  if (known) return { code: known as string, message, hint, status: statusOf(known) }
  const { code = '', statusCode = 500 } = error as { code?: string; statusCode?: number }
  const ours = fastifyCodes[code]
  if (ours) return { code: ours, message, hint: undefined, status: statusOf(ours) }
  if (statusCode < 500) {
    return { code: 'body/invalid', message, hint: undefined, status: statusCode }
  }
  return { code: 'server/failed', message: 'the server failed', hint: undefined, status: 500 }
}
