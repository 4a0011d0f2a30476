import { EngineError } from '../../errors.ts'

export function sliceWebGpu(): void {
  throw new EngineError('engine/unsupported', 'slice on webgpu')
}
