import type { FastifyPluginAsync } from 'fastify'
import { allows } from '../../access/tokens.ts'
import type { Services } from '../../services.ts'

/** For probes and operators. */
export const operationRoutes =
  ({ troubles, measures }: Pick<Services, 'troubles' | 'measures'>): FastifyPluginAsync =>
  async (app) => {
    /** The process answers; nothing else is touched. */
    app.get('/healthz', { config: { scope: 'none' } }, async () => ({ status: 'ok' }))

    /** Jobs can be taken and made. Why not, only operators are told. */
    app.get('/readyz', { config: { scope: 'none' } }, async ({ caller, log }, reply) => {
      const found = await troubles()
      if (found.length === 0) return { status: 'ready' }
      log.warn({ troubles: found }, 'not ready')
      const reasons = allows(caller, 'admin') ? { reasons: found } : {}
      return reply.status(503).send({ status: 'not ready', ...reasons })
    })

    app.get('/metrics', { config: { scope: 'admin' } }, async (_, reply) => {
      const { type, body } = await measures.text()
      return reply.header('content-type', type).send(body)
    })
  }
