import type { Tensor } from '../../tensor.ts'
import type { GpuRecorder } from '../../webgpu/recorder.ts'
import type { AttentionArgs } from './arguments.ts'
import { attendTiled } from './webgpu-tiled.ts'
import { attendOnUnits, fitsUnitAttention } from './webgpu-units.ts'
import { attendWide, fitsWideAttention } from './webgpu-wide.ts'

export function attentionWebGpu(args: AttentionArgs, out: Tensor, gpu: GpuRecorder): void {
  if (fitsUnitAttention(args, gpu)) attendOnUnits(args, out, gpu)
  else if (fitsWideAttention(args, gpu)) attendWide(args, out, gpu)
  else attendTiled(args, out, gpu)
}
