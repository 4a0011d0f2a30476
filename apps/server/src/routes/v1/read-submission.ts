import type { FastifyRequest } from 'fastify'
import { parseJson } from '../../body/json-bodies.ts'
import { ServerError } from '../../errors.ts'

/**
 * The body of a request for scenes: JSON, or a form with the JSON in a field `request` and the photograph in a file
 * `image`. Its fields are yet to be checked.
 * @throws ServerError `body/invalid`, `body/type`, `body/too-large`
 */
export async function readSubmission(request: FastifyRequest): Promise<Record<string, unknown>> {
  if (!request.isMultipart()) return asObject(request.body)
  let image: Uint8Array | undefined
  let body: Record<string, unknown> = {}
  for await (const part of request.parts()) {
    if (part.type === 'file') {
      if (part.fieldname !== 'image') throw invalid(`expected a file 'image', got another`)
      image = new Uint8Array(await part.toBuffer())
    } else if (part.fieldname === 'request' && typeof part.value === 'string') {
      if (part.valueTruncated) {
        throw new ServerError('body/too-large', 'body: the field request is too large')
      }
      body = asObject(parseJson(part.value, 'request'))
    } else throw invalid(`expected a field 'request', got another`)
  }
  return { ...body, ...(image && { image }) }
}

function asObject(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>
  throw invalid('expected a JSON object')
}

const invalid = (message: string) => new ServerError('body/invalid', `body: ${message}`)
