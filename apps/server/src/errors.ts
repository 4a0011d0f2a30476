/** The server's own errors; `statusOf` says what each is in HTTP. */
export type ServerErrorCode =
  | 'queue/full'
  | 'queue/client-full'
  | 'queue/idempotency'
  | 'queue/disk-full'
  | 'queue/unreachable'
  | 'queue/text'
  | 'data/locked'
  | 'data/version'
  | 'data/damaged'
  | 'data/read-only'
  | 'data/tokens'
  | 'route/unknown'
  | 'job/unknown'
  | 'job/worker-lost'
  | 'job/budget'
  | 'file/unknown'
  | 'file/range'
  | 'file/unreachable'
  | 'access/token'
  | 'access/scope'
  | 'access/host'
  | 'access/origin'
  | 'access/rate'
  | 'body/too-large'
  | 'body/type'
  | 'body/invalid'
  | 'request/webhook'
  | 'image/type'
  | 'image/busy'
  | 'image/costly'
  | 'server/busy'
  | 'server/stopping'
  | 'work/busy'
  | 'work/timeout'
  | 'work/failed'
  | 'options/invalid'

export class ServerError extends Error {
  override readonly name = 'ServerError'
  readonly code: ServerErrorCode
  /** What to do about it. */
  readonly hint: string | undefined

  constructor(
    code: ServerErrorCode,
    message: string,
    options: { readonly hint?: string; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause })
    this.code = code
    this.hint = options.hint
  }
}
