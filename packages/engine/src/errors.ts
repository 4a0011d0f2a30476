/** A programmer's error: an operation was called with tensors that do not fit. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError'

  constructor(op: string, expected: string, got: readonly (Described | undefined)[]) {
    super(`${op}: expected ${expected}, got ${got.map(describe).join(', ')}`)
  }
}

export type EngineErrorCode =
  'engine/unsupported' | 'engine/out-of-memory' | 'engine/device-lost' | 'engine/device-error'

/** A failure of the machine below: a device lost, out of memory, or without what is needed. */
export class EngineError extends Error {
  override readonly name = 'EngineError'
  readonly code: EngineErrorCode

  constructor(code: EngineErrorCode, message: string) {
    super(message)
    this.code = code
  }
}

/** What an error tells of a tensor. */
interface Described {
  readonly shape: readonly number[]
  readonly dtype: string
}

const describe = (x: Described | undefined) => (x ? `${x.dtype}[${x.shape.join(', ')}]` : 'nothing')
