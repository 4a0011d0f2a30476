import type { FastifyInstance } from 'fastify'
import { ServerError } from '../errors.ts'

/** A form's type says what stands between its parts, in at most 70 letters (RFC 2046). */
const formType =
  /^multipart\/form-data\s*;(?:.*;)?\s*boundary=(?:"[^"]{1,70}"|[^\s";]{1,70})\s*(?:;|$)/i

/** Refuses forms whose parts cannot be told apart before a parser sees them. */
export function checkForms(app: FastifyInstance) {
  app.addHook('preValidation', async (request) => {
    if (request.isMultipart() && !formType.test(request.headers['content-type'] ?? ''))
      throw new ServerError(
        'body/invalid',
        'body: expected a form with a boundary of 1 to 70 letters',
      )
  })
}
