import { EngineError } from '../../errors.ts'

export function gaussianSampleWebGpu(): void {
  throw new EngineError('engine/unsupported', 'gaussian-sample on webgpu')
}
