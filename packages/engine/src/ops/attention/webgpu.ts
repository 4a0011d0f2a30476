import type { Tensor } from '../../tensor.ts'
import type { GpuRecorder } from '../../webgpu/recorder.ts'
import type { AttentionArgs } from './index.ts'
import { attendTiled } from './webgpu-tiled.ts'

export function attentionWebGpu(args: AttentionArgs, out: Tensor, gpu: GpuRecorder): void {
  attendTiled(args, out, gpu)
}
