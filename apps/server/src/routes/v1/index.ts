import type { FastifyPluginAsync } from 'fastify'
import type { Services } from '../../services.ts'
import { aboutRoutes } from './about.ts'
import { documentRoutes, describeRoutes } from './openapi.ts'
import { sceneRoutes } from './scenes.ts'
import { uploadRoutes } from './uploads.ts'

/** Our own API and its description. */
export const v1Routes =
  (services: Services): FastifyPluginAsync =>
  async (app) => {
    await describeRoutes(app)
    for (const routes of [sceneRoutes, uploadRoutes, aboutRoutes]) {
      await app.register(routes(services), { prefix: '/v1' })
    }
    await app.register(documentRoutes)
  }
