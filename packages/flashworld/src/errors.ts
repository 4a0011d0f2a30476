import type { CameraErrorCode } from '@flashworld/camera'
import type { EngineErrorCode } from '@flashworld/engine'
import type { WeightsErrorCode } from '@flashworld/models'
import type { SplatsErrorCode } from '@flashworld/splats'

/** What may go wrong between a request and a scene, beyond what the packages below report themselves. */
export type PipelineErrorCode =
  | 'request/invalid'
  | 'request/empty'
  | 'request/resolution'
  | 'request/model'
  | 'image/unreadable'
  | 'image/size'
  | 'memory/too-small'
  | 'scene/not-finite'
  | 'scene/record'
  | 'film/size'
  | 'input/unreadable'
  | 'output/exists'
  | 'output/unwritable'
  | 'package/missing'
  | 'worker/failed'
  | 'model/unknown'
  | 'model/missing'
  | 'disk/space'
  | 'hub/offline'
  | 'hub/unreachable'
  | 'hub/refused'
  | 'hub/missing'
  | 'hub/busy'
  | 'hub/response'
  | 'hub/corrupt'

/** Every code that a failure of this library can carry. */
export type ErrorCode =
  PipelineErrorCode | CameraErrorCode | EngineErrorCode | SplatsErrorCode | WeightsErrorCode

/** An expected failure, with a message for people and a code for programs. */
export class FlashWorldError extends Error {
  override readonly name = 'FlashWorldError'
  readonly code: PipelineErrorCode

  constructor(code: PipelineErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/**
 * The code of an expected failure of any package; undefined for a defect or a foreign error.
 * @example
 * ```ts
 * import { checkpointDefaults, checkRequest, errorCode } from 'flashworld'
 * import { embeddedModel, folderSource, nodeImages } from 'flashworld/node'
 *
 * const defaults = await checkpointDefaults(folderSource(embeddedModel()))
 * try {
 *   await checkRequest({ prompt: '' }, { defaults, images: nodeImages })
 * } catch (error) {
 *   if (errorCode(error) === 'request/empty') console.log('say what to make')
 *   else throw error
 * }
 * ```
 */
export function errorCode(error: unknown): ErrorCode | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  const { code } = error
  return typeof code === 'string' && /^[a-z]+\/[a-z0-9-]+$/.test(code)
    ? (code as ErrorCode)
    : undefined
}
