/** A programmer's error: an operation was called with tensors that do not fit. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError'

  constructor(op: string, expected: string, got: readonly (Described | undefined)[]) {
    super(`${op}: expected ${expected}, got ${got.map(describe).join(', ')}`)
  }
}

/**
 * - `unsupported`: the machine lacks what was asked for
 * - `limit`: more bytes in one tensor than the device can bind; nothing was made, the engine lives on
 * - `out-of-memory`: the device has no more memory
 * - `device-error`: the device refused work that was recorded since the last wait; later work is not concerned
 * - `lost`: the device is gone (or the engine disposed of), and with it every tensor
 * - `busy`: another piece of work has the engine
 * - `freed`: a tensor was used after it was freed, or a scope after it ended
 * - `timeout`: the device gave no answer in time
 */
export type EngineErrorCode =
  | 'engine/unsupported'
  | 'engine/limit'
  | 'engine/out-of-memory'
  | 'engine/device-error'
  | 'engine/lost'
  | 'engine/busy'
  | 'engine/freed'
  | 'engine/timeout'

/** A failure of the machine below, or an engine used when or where it must not be. */
export class EngineError extends Error {
  override readonly name = 'EngineError'
  readonly code: EngineErrorCode

  constructor(code: EngineErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** What looking into a freed tensor throws: its memory may be another's by now. */
export const freed = () =>
  new EngineError('engine/freed', 'tensor: expected one that is alive, got one that was freed')

/** What an error tells of a tensor. */
interface Described {
  readonly shape: readonly number[]
  readonly dtype: string
}

const describe = (x: Described | undefined) => (x ? `${x.dtype}[${x.shape.join(', ')}]` : 'nothing')
