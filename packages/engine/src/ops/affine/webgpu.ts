import { EngineError } from '../../errors.ts'

export function affineWebGpu(): void {
  throw new EngineError('engine/unsupported', 'affine on webgpu')
}
