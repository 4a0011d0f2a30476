import { EngineError } from '../../errors.ts'

export function permuteWebGpu(): void {
  throw new EngineError('engine/unsupported', 'permute on webgpu')
}
