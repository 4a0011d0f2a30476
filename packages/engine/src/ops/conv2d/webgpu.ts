import { EngineError } from '../../errors.ts'

export function conv2dWebGpu(): void {
  throw new EngineError('engine/unsupported', 'conv2d on webgpu')
}
