import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { destination, pino } from 'pino'
import type { Measures } from './measures.ts'
import type { ServerOptions } from './options.ts'

/**
 * One JSON object a line on standard error, which keeps standard output for what people asked for. Prompts are not
 * logged at any level, nor is anything that a client wrote but what became a code, an id or a route.
 */
export const createLog = (level: ServerOptions['logLevel']): FastifyBaseLogger =>
  pino({ level, timestamp: () => `,"time":"${new Date().toISOString()}"` }, destination(2))

/** Calls that people and programs repeat all day say nothing new. */
const readMethods = ['GET', 'HEAD', 'OPTIONS']

/** A line for each answer: what changes something at `info`, what is refused to strangers at `warn`. */
export function logRequests(app: FastifyInstance, measures: Measures) {
  app.addHook('onResponse', async (request, reply) => {
    const { statusCode: status } = reply
    measures.answered(status)
    const isRefused = [401, 403, 421, 429].includes(status)
    const level = isRefused ? 'warn' : readMethods.includes(request.method) ? 'debug' : 'info'
    request.log[level](
      {
        method: request.method,
        // as it stands in the router: a path may hold what somebody wrote
        route: request.routeOptions.url ?? 'none',
        status,
        ms: Math.round(reply.elapsedTime),
        from: request.ip,
      },
      'answered',
    )
  })
}
