import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ServerError } from '../errors.ts'
import { checkJson } from './check-json.ts'

/** UTF-8 is all that JSON may be; a body of another type is not looked into for JSON. */
const jsonType = /^application\/json(\s*;\s*charset="?utf-8"?)?$/i

/** Takes bodies as JSON, strictly. Of another type, only what a route takes by itself, such as multipart, is read. */
export function takeJsonBodies(app: FastifyInstance) {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser<Buffer>(
    'application/json',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) => {
      if (!jsonType.test(request.headers['content-type'] ?? ''))
        throw new ServerError('body/type', 'body: expected application/json in UTF-8')
      return readJson(body)
    },
  )
}

/** Undefined for an empty body. @throws ServerError `body/invalid` */
export function readJson(bytes: Uint8Array): unknown {
  if (bytes.length === 0) return undefined
  try {
    return parseJson(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch (cause) {
    if (cause instanceof ServerError) throw cause
    throw new ServerError('body/invalid', 'body: expected JSON in UTF-8', { cause })
  }
}

/** A client's JSON, of a body or a field of it. @param what it is called in errors @throws ServerError `body/invalid` */
export function parseJson(text: string, what = 'body'): unknown {
  checkJson(text)
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new ServerError('body/invalid', `${what}: expected JSON`, { cause })
  }
}
