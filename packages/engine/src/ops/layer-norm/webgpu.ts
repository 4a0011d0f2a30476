import { EngineError } from '../../errors.ts'

export function layerNormWebGpu(): void {
  throw new EngineError('engine/unsupported', 'layer-norm on webgpu')
}
