import type { Tensor } from '../../tensor.ts'
import { copyRuns } from '../../webgpu/copy-runs.ts'
import type { GpuRecorder } from '../../webgpu/recorder.ts'
import type { ConcatArgs } from './arguments.ts'
import { concatRuns } from './arguments.ts'

export function concatWebGpu(args: ConcatArgs, out: Tensor, gpu: GpuRecorder): void {
  for (const { x, first, apart, length, count } of concatRuns(args)) {
    copyRuns(gpu, x, out, {
      count,
      length,
      from: { first: 0, apart: length },
      to: { first, apart },
    })
  }
}
