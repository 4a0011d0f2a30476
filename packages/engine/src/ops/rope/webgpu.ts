import { EngineError } from '../../errors.ts'

export function ropeWebGpu(): void {
  throw new EngineError('engine/unsupported', 'rope on webgpu')
}
