import type { Tensor } from '../../tensor.ts'
import { elementCount } from '../../tensor.ts'
import { dispatchElementwise, widthFor } from '../../webgpu/elementwise.ts'
import type { GpuRecorder } from '../../webgpu/recorder.ts'
import type { CastArgs } from './arguments.ts'

export function castWebGpu({ x }: CastArgs, out: Tensor, gpu: GpuRecorder): void {
  dispatchElementwise(gpu, out, {
    name: 'cast',
    width: widthFor(elementCount(x.shape)),
    inputs: { x },
    body: 'let value = x[i];',
  })
}
