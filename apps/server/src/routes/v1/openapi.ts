import swagger from '@fastify/swagger'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { pagePolicy } from '../../access/headers.ts'
import type { ApiDocument, Schema } from './api-document.ts'
import { referencePage, referenceStyle } from './reference-page.ts'

const binary = { type: 'string', contentMediaType: 'application/octet-stream' }

/** What forms hold, by path: routes read them part by part, so no schema of theirs says it. */
const forms: Readonly<Record<string, Schema>> = {
  '/v1/scenes': {
    type: 'object',
    properties: {
      image: { ...binary, description: 'The photograph: PNG, JPEG or WebP' },
      request: { type: 'string', contentMediaType: 'application/json', description: 'All else' },
    },
  },
  '/v1/convert': {
    type: 'object',
    required: ['file'],
    properties: { file: { ...binary, description: 'The scene' } },
  },
  '/v1/render': {
    type: 'object',
    required: ['file'],
    properties: {
      file: { ...binary, description: 'The scene' },
      cameras: { type: 'string', contentMediaType: 'application/json', description: 'A path' },
    },
  },
}

/** Has every route of `/v1` that is registered later described, by its schemas. */
export async function describeRoutes(app: FastifyInstance) {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'flashworld',
        version: '1',
        description: 'Makes 3D scenes of a sentence, a photograph or both, and a camera path.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      },
      security: [{ token: [] }, {}],
    },
    transform: (route) =>
      route.url.startsWith('/v1/') && route.url !== documentUrl
        ? jsonSchemaTransform(route)
        : { schema: { hide: true }, url: route.url },
    transformObject: (document) => withForms(jsonSchemaTransformObject(document)),
  })
}

/** Adds what routes do not say by their schemas: forms, the one form of all errors, names. */
function withForms<T>(document: T): T {
  const { paths } = document as unknown as ApiDocument
  for (const [path, item] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(item)) {
      operation.operationId ??= operationId(method, path)
      operation.responses.default = {
        description: 'It failed',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      }
      const form = forms[path]
      if (method !== 'post' || !form) continue
      operation.requestBody ??= { required: true, content: {} }
      operation.requestBody.content['multipart/form-data'] = { schema: form }
    }
  }
  return document
}

/** `GET /v1/scenes/{id}/files/{name}` is `getSceneFile`, and `GET /v1/scenes` is `getScenes`. */
function operationId(method: string, path: string): string {
  const one = path.slice('/v1'.length).replace(/s\/\{\w+\}/g, '')
  return method + one.replace(/\/(.)/g, (_, letter: string) => letter.toUpperCase())
}

const documentUrl = '/v1/openapi.json'

/** The description, for programs and for people. Nothing comes from elsewhere. */
export const documentRoutes: FastifyPluginAsync = async (app) => {
  app.get(documentUrl, { config: { scope: 'none' } }, async () => app.swagger())

  app.get('/docs', { config: { scope: 'none' }, policy: pagePolicy }, async (_, reply) =>
    reply
      .header('content-type', 'text/html; charset=utf-8')
      .send(referencePage(app.swagger() as unknown as ApiDocument)),
  )

  app.get('/docs/style.css', { config: { scope: 'none' } }, async (_, reply) =>
    reply.header('content-type', 'text/css; charset=utf-8').send(referenceStyle),
  )
}
