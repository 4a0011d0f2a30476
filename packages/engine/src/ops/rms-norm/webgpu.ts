import { EngineError } from '../../errors.ts'

export function rmsNormWebGpu(): void {
  throw new EngineError('engine/unsupported', 'rms-norm on webgpu')
}
