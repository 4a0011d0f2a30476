import type { FastifyPluginAsync } from 'fastify'
import type { Services } from '../../services.ts'

/** For probes and operators. */
export const operationRoutes =
  ({ queue }: Services): FastifyPluginAsync =>
  async (app) => {
    /** The process answers; nothing else is touched. */
    app.get('/healthz', { config: { scope: 'none' } }, async () => ({ status: 'ok' }))

    /** Jobs can be taken. */
    app.get('/readyz', { config: { scope: 'none' } }, async (_, reply) => {
      const ready = await queue.statistics().then(
        () => true,
        () => false,
      )
      return reply.status(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready' })
    })
  }
