import { EngineError } from '../../errors.ts'

export function concatWebGpu(): void {
  throw new EngineError('engine/unsupported', 'concat on webgpu')
}
