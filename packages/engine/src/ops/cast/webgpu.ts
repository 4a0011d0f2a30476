import { EngineError } from '../../errors.ts'

export function castWebGpu(): void {
  throw new EngineError('engine/unsupported', 'cast on webgpu')
}
