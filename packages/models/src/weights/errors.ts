/** Stable codes of everything that can be wrong with a weight file. */
export type WeightsErrorCode =
  | 'weights/missing-file'
  | 'weights/missing-key'
  | 'weights/truncated'
  | 'weights/json'
  | 'weights/config'
  | 'weights/header'
  | 'weights/offsets'
  | 'weights/dtype'
  | 'weights/shape'
  | 'weights/range'
  | 'weights/quantized'
  | 'weights/zip'
  | 'weights/pickle'
  | 'weights/tokenizer'
  | 'weights/manifest'
  | 'weights/outdated'
  | 'weights/not-finite'
  | 'weights/network'
  | 'weights/changed'
  | 'weights/checksum'
  | 'weights/storage'

/** A weight file that is missing, damaged, hostile, out of reach or not of the expected model. */
export class WeightsError extends Error {
  override readonly name = 'WeightsError'
  readonly code: WeightsErrorCode

  constructor(code: WeightsErrorCode, message: string, options?: ErrorOptions) {
    // Names in hostile files can be megabytes long.
    super(message.slice(0, 500), options)
    this.code = code
  }
}
