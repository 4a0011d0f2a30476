import type { FastifyBaseLogger } from 'fastify'
import { destination, pino } from 'pino'
import type { ServerOptions } from './options.ts'

/**
 * One JSON object a line on standard error, which keeps standard output for what people asked for. Prompts are not
 * logged at any level, nor is anything that a client wrote but what became a code, an id or a route.
 */
export const createLog = (level: ServerOptions['logLevel']): FastifyBaseLogger =>
  pino({ level, timestamp: () => `,"time":"${new Date().toISOString()}"` }, destination(2))
