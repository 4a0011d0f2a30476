import type { Tensor } from '../../tensor.ts'
import { elementCount } from '../../tensor.ts'
import { dispatchElementwise, wide, widthFor } from '../../webgpu/elementwise.ts'
import type { GpuRecorder } from '../../webgpu/recorder.ts'
import type { BlendArgs } from './arguments.ts'

export function blendWebGpu({ x, y, a, b }: BlendArgs, out: Tensor, gpu: GpuRecorder): void {
  const width = widthFor(elementCount(x.shape))
  const type = wide('f32', width)
  dispatchElementwise(gpu, out, {
    name: 'blend',
    width,
    inputs: { x, y },
    uniforms: { a: { type: 'f32', value: a }, b: { type: 'f32', value: b } },
    body: `let value = u.a * ${type}(x[i]) + u.b * ${type}(y[i]);`,
  })
}
