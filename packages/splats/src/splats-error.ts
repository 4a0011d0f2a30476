/** What went wrong, stable across releases. */
export type SplatsErrorCode =
  | 'splats/bad-argument'
  | 'splats/bad-header'
  | 'splats/bad-data'
  | 'splats/truncated'
  | 'splats/unsupported'
  | 'splats/too-large'
  | 'splats/unknown-format'

/** The only error this package throws on purpose; `message` reads `op: expected …, got …`. */
export class SplatsError extends Error {
  readonly code: SplatsErrorCode

  constructor(code: SplatsErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'SplatsError'
    this.code = code
  }
}
