import { EngineError } from '../../errors.ts'

export function avgDownWebGpu(): void {
  throw new EngineError('engine/unsupported', 'avg-down on webgpu')
}
