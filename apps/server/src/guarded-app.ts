import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import Fastify, { LogController } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { guardRoutes } from './access/guard.ts'
import { sendPolicies } from './access/headers.ts'
import { takeJsonBodies } from './body/json-bodies.ts'
import { publicError } from './public-error.ts'
import { logRequests } from './log.ts'
import type { Services } from './services.ts'

/** What any app stands on, of a server or of a worker. */
export type GuardedParts = Pick<Services, 'options' | 'tokens' | 'log' | 'measures'>

/** An app without routes, whose limits, guard, log and errors hold for all that it is given. */
export function createGuardedApp(services: GuardedParts): FastifyInstance {
  const { options, log } = services
  const app = Fastify({
    loggerInstance: log,
    logController: new LogController({
      disableRequestLogging: true,
      requestIdLogLabel: 'requestId',
    }),
    bodyLimit: options.maxBody,
    trustProxy: options.trustProxy.length > 0 && [...options.trustProxy],
    genReqId: () => randomUUID(),
    // a reader that takes nothing for so long is gone; events beat more often
    connectionTimeout: 300_000,
    // the whole of a request: time for a photograph over a slow line
    requestTimeout: 300_000,
    keepAliveTimeout: 65_000,
    http: { headersTimeout: 15_000, connectionsCheckingInterval: 2000, maxHeaderSize: 16_384 },
    routerOptions: { maxParamLength: 200 },
    forceCloseConnections: true,
    clientErrorHandler: refuseConnection,
    frameworkErrors: answerError,
  })
  app.server.maxConnections = mostConnections
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.setErrorHandler(answerError)
  app.setNotFoundHandler((request, reply) =>
    reply.status(404).send({
      error: { code: 'route/unknown', message: 'there is nothing here', requestId: request.id },
    }),
  )
  takeJsonBodies(app)
  logRequests(app, services.measures)
  sendPolicies(app, options.frameOrigin)
  app.addHook('onRequest', async (request, reply) => {
    void reply
      .header('x-request-id', request.id)
      .header('cache-control', 'no-store')
      .header('permissions-policy', 'camera=(), microphone=(), geolocation=()')
  })
  guardRoutes(app, services)
  return app
}

/** More than the listeners and requests of any machine that one process serves. */
const mostConnections = 5000

/** Every failure is a code and a message; what we did not foresee is a number to look up in the log. */
function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply) {
  const { code, message, status, hint } = publicError(error)
  if (status === 501) request.log.warn({ code, install: (error as Error).message }, 'not installed')
  else if (status >= 500) request.log.error({ err: error, code }, 'a request failed')
  if (status === 503 || status === 429) void reply.header('retry-after', '10')
  void reply.status(status).send({ error: { code, message, hint, requestId: request.id } })
}

/** What is no HTTP, or comes too slowly, or has headers without end. */
function refuseConnection({ code }: NodeJS.ErrnoException, socket: Socket) {
  if (code === 'ECONNRESET' || !socket.writable) return
  const reason =
    {
      HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
      ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
    }[code ?? ''] ?? '400 Bad Request'
  const body = '{"error":{"code":"http/invalid","message":"the request cannot be read"}}'
  socket.write(
    [
      `HTTP/1.1 ${reason}`,
      'content-type: application/json; charset=utf-8',
      `content-length: ${body.length}`,
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  )
  // not only its half: a client that goes on writing would hold the other
  socket.destroySoon()
}
