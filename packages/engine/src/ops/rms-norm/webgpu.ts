import type { Tensor } from '../../tensor.ts'
import type { GpuRecorder } from '../../webgpu/recorder.ts'
import { dispatchRows } from '../../webgpu/row-kernel.ts'
import { activateSnippet } from '../../webgpu/snippets/activation.ts'
import type { RmsNormArgs } from './arguments.ts'

export function rmsNormWebGpu(
  { x, weight, eps, activation }: RmsNormArgs,
  out: Tensor,
  gpu: GpuRecorder,
): void {
  dispatchRows(gpu, out, {
    name: 'rms norm',
    x,
    vectors: { weight },
    uniforms: { eps },
    declarations: activateSnippet(activation, 'T'),
    statistics: [{ sumOf: 'v * v', then: 'let factor = inverseSqrt(sum0 / u.channels + u.eps);' }],
    value: 'activate(v * factor * weight[c])',
  })
}
