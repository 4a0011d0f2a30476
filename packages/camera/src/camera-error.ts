/** What went wrong, stable across versions: callers and the server's status table switch on it. */
export type CameraErrorCode =
  | 'camera/count'
  | 'camera/value'
  | 'camera/size'
  | 'camera/crop'
  | 'camera/template'
  | 'camera/format'

/** A camera, path, template or trajectory file that cannot be used. */
export class CameraError extends Error {
  override readonly name = 'CameraError'
  readonly code: CameraErrorCode

  constructor(code: CameraErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
