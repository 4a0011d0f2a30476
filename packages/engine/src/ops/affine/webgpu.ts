import type { Tensor } from '../../tensor.ts'
import { channels } from '../../tensor.ts'
import { dispatchElementwise, wide, widthFor } from '../../webgpu/elementwise.ts'
import type { GpuRecorder } from '../../webgpu/recorder.ts'
import type { AffineArgs } from './arguments.ts'

export function affineWebGpu({ x, scale, shift }: AffineArgs, out: Tensor, gpu: GpuRecorder): void {
  const width = widthFor(channels(x))
  dispatchElementwise(gpu, out, {
    name: 'affine',
    width,
    inputs: { x, scale, shift },
    uniforms: { channels: { type: 'u32', value: channels(x) / width } },
    body: `let value = ${wide('f32', width)}(x[i]) * scale[i % u.channels] + shift[i % u.channels];`,
  })
}
