import { EngineError } from '../../errors.ts'

export function blendWebGpu(): void {
  throw new EngineError('engine/unsupported', 'blend on webgpu')
}
