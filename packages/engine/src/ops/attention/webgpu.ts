import { EngineError } from '../../errors.ts'

export function attentionWebGpu(): void {
  throw new EngineError('engine/unsupported', 'attention on webgpu')
}
