import { createMcpHandler } from '@modelcontextprotocol/server'
import { toWebRequest } from '@modelcontextprotocol/node'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { Services } from '../../services.ts'
import { createToolServer } from './tools.ts'

/**
 * The Model Context Protocol over streamable HTTP, for programs that talk: each call is answered by itself, so any server
 * of many may answer any of them, and there is no session to take over.
 */
export const mcpRoutes =
  (services: Services): FastifyPluginAsync =>
  async (app) => {
    app.route({
      // without sessions there is nothing to GET or DELETE: both are answered 405, as the protocol wants
      method: ['GET', 'POST', 'DELETE'],
      url: '/mcp',
      config: { scope: 'generate' },
      handler: answer,
    })

    async function answer(request: FastifyRequest, reply: FastifyReply) {
      const origin = `${request.protocol}://${request.headers.host}`
      const { caller, client } = request
      const handler = createMcpHandler(() =>
        createToolServer(services, { caller, client, origin, log: request.log }),
      )
      const answered = await handler.fetch(await toWebRequest(request.raw, request.body), {
        parsedBody: request.body,
      })
      return reply.send(answered)
    }
  }
