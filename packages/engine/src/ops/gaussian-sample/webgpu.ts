import type { Tensor } from '../../tensor.ts'
import { channels } from '../../tensor.ts'
import { dispatchElementwise } from '../../webgpu/elementwise.ts'
import type { GpuRecorder } from '../../webgpu/recorder.ts'
import type { GaussianSampleArgs } from './arguments.ts'

export function gaussianSampleWebGpu(
  { moments, eps }: GaussianSampleArgs,
  out: Tensor,
  gpu: GpuRecorder,
): void {
  dispatchElementwise(gpu, out, {
    name: 'gaussian sample',
    width: 1,
    inputs: { moments, eps },
    uniforms: { channels: { type: 'u32', value: channels(eps) } },
    body: `
  let mean = (i / u.channels) * 2u * u.channels + i % u.channels;
  let logVariance = clamp(f32(moments[mean + u.channels]), -30.0, 20.0);
  let value = f32(moments[mean]) + exp(0.5 * logVariance) * f32(eps[i]);`,
  })
}
