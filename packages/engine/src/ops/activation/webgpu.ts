import type { Kernel } from '../../webgpu/kernel.ts'
import type { GpuRecorder } from '../../webgpu/recorder.ts'
import { spread } from '../../webgpu/recorder.ts'
import { activateSnippet } from '../../webgpu/snippets/activation.ts'
import { flatIndexSnippet } from '../../webgpu/snippets/flat.ts'
import type { Tensor } from '../../tensor.ts'
import { elementCount } from '../../tensor.ts'
import type { ActivationArgs } from './index.ts'

const threads = 256

const kernel = ({ x, activation }: ActivationArgs): Kernel => ({
  name: `activation ${activation} ${x.dtype}`,
  inputs: { x: x.dtype },
  outputs: { y: x.dtype },
  uniforms: { count: 'u32' },
  workgroup: [threads, 1, 1],
  code: `
${activateSnippet(activation)}
${flatIndexSnippet}
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_index) local: u32) {
  let i = flatIndex(group, groups, local, ${threads}u);
  if (i < u.count) { y[i] = ${x.dtype}(activate(f32(x[i]))); }
}`,
})

export function activationWebGpu(args: ActivationArgs, out: Tensor, gpu: GpuRecorder): void {
  const count = elementCount(out.shape)
  gpu.dispatch(kernel(args), { x: args.x, y: out }, { count }, spread(Math.ceil(count / threads)))
}
