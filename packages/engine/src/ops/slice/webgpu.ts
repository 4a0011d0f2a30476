import type { Tensor } from '../../tensor.ts'
import { copyRuns } from '../../webgpu/copy-runs.ts'
import type { GpuRecorder } from '../../webgpu/recorder.ts'
import type { SliceArgs } from './arguments.ts'
import { sliceRuns } from './arguments.ts'

export function sliceWebGpu(args: SliceArgs, out: Tensor, gpu: GpuRecorder): void {
  const { count, first, apart, length } = sliceRuns(args)
  copyRuns(gpu, args.x, out, {
    count,
    length,
    from: { first, apart },
    to: { first: 0, apart: length },
  })
}
