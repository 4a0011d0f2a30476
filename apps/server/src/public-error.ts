import { errorCode } from 'flashworld'
import type { ServerError } from './errors.ts'
import { statusOf } from './http-errors.ts'

/** What Fastify refuses by itself, in our codes and words. */
const fastifyErrors: Readonly<Record<string, readonly [code: string, message: string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['body/too-large', 'body: it is larger than is taken here'],
  FST_REQ_FILE_TOO_LARGE: ['body/too-large', 'body: a file is larger than is taken here'],
  FST_FILES_LIMIT: ['body/too-large', 'body: more files than are taken here'],
  FST_FIELDS_LIMIT: ['body/too-large', 'body: more fields than are taken here'],
  FST_PARTS_LIMIT: ['body/too-large', 'body: more parts than are taken here'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['body/type', 'body: expected application/json'],
  FST_INVALID_MULTIPART_CONTENT_TYPE: ['body/type', 'body: expected multipart/form-data'],
  FST_ERR_BAD_URL: ['route/unknown', 'there is nothing here'],
  FST_ERR_MAX_PARAM_LENGTH: ['route/unknown', 'there is nothing here'],
}

/** What the operating system refuses for a while, whoever asks. */
const systemErrors: Readonly<Record<string, readonly [code: string, message: string]>> = {
  ENOSPC: ['queue/disk-full', 'the disk takes nothing more'],
  EDQUOT: ['queue/disk-full', 'the disk takes nothing more'],
  EMFILE: ['server/busy', 'the server has too much open just now'],
  ENFILE: ['server/busy', 'the server has too much open just now'],
  EROFS: ['data/read-only', 'the disk takes no writes'],
  EACCES: ['data/read-only', 'the disk takes no writes'],
}

/** An error as clients are told of it. */
interface PublicError {
  readonly code: string
  readonly message: string
  readonly hint: string | undefined
  /** In HTTP. */
  readonly status: number
}

const notInstalled = {
  message: 'this server lacks what it takes to write that file',
  hint: 'Take another format; /v1/capabilities lists them. The server’s operator can install what is missing.',
}

/** Codes and words of ours; of what we did not foresee, nothing. */
export function publicError(error: unknown): PublicError {
  const known = errorCode(error)
  if (known) {
    const status = statusOf(known)
    // what is not the client's fault may tell of files and machines, unless it was written for clients
    if (status === 500)
      return { code: known, message: 'the server failed', hint: undefined, status }
    // how it is installed is for the operator, in the log
    if (known === 'package/missing') return { code: known, status, ...notInstalled }
    const { message, hint } = error as ServerError
    return { code: known as string, message, hint, status }
  }
  const {
    code = '',
    statusCode = 500,
    message = '',
    validationContext,
  } = error as {
    code?: string
    statusCode?: number
    message?: string
    validationContext?: string
  }
  const as = (ours: string, text: string) => ({
    code: ours,
    message: text,
    hint: undefined,
    status: statusOf(ours),
  })
  const ours = fastifyErrors[code] ?? systemErrors[code]
  if (ours) return as(...ours)
  // the parser of forms tells by words alone
  if (code === '' && /multipart/i.test(message))
    return as('body/invalid', 'body: the form cannot be read')
  // an id that cannot be is unknown like any other
  if (validationContext === 'params') return as('job/unknown', 'there is no such scene')
  if (validationContext !== undefined) return as('request/invalid', message)
  if (statusCode < 500) return as('body/invalid', 'the request cannot be read')
  return as('server/failed', 'the server failed')
}
