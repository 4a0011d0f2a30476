import type { Tensor } from '../../tensor.ts'
import type { GpuRecorder } from '../../webgpu/recorder.ts'
import { dispatchRows } from '../../webgpu/row-kernel.ts'
import type { LayerNormArgs } from './arguments.ts'

export function layerNormWebGpu(args: LayerNormArgs, out: Tensor, gpu: GpuRecorder): void {
  const { x, eps, weight, bias, scale, shift } = args
  const affine = `(v - mean) * factor${weight ? ' * weight[c]' : ''}${bias ? ' + bias[c]' : ''}`
  dispatchRows(gpu, out, {
    name: 'layer norm',
    x,
    vectors: {
      ...(weight && { weight }),
      ...(bias && { bias }),
      ...(scale && { scale }),
      ...(shift && { shift }),
    },
    uniforms: { eps },
    statistics: [
      { sumOf: 'v', then: 'let mean = sum0 / u.channels;' },
      {
        sumOf: '(v - mean) * (v - mean)',
        then: 'let factor = inverseSqrt(sum1 / u.channels + u.eps);',
      },
    ],
    value: `(${affine})${scale ? ' * (1.0 + scale[c])' : ''}${shift ? ' + shift[c]' : ''}`,
  })
}
