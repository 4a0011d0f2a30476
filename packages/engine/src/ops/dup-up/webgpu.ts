import { EngineError } from '../../errors.ts'

export function dupUpWebGpu(): void {
  throw new EngineError('engine/unsupported', 'dup-up on webgpu')
}
