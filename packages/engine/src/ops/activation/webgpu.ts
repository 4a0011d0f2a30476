import type { Tensor } from '../../tensor.ts'
import { elementCount } from '../../tensor.ts'
import { dispatchElementwise, wide, widthFor } from '../../webgpu/elementwise.ts'
import type { GpuRecorder } from '../../webgpu/recorder.ts'
import { activateSnippet } from '../../webgpu/snippets/activation.ts'
import type { ActivationArgs } from './arguments.ts'

export function activationWebGpu(
  { x, activation }: ActivationArgs,
  out: Tensor,
  gpu: GpuRecorder,
): void {
  const width = widthFor(elementCount(x.shape))
  const type = wide('f32', width)
  dispatchElementwise(gpu, out, {
    name: `activation ${activation}`,
    width,
    inputs: { x },
    declarations: activateSnippet(activation, type),
    body: `let value = activate(${type}(x[i]));`,
  })
}
