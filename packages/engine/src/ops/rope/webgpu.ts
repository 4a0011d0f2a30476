import type { DType } from '../../dtype.ts'
import type { Tensor } from '../../tensor.ts'
import type { Kernel } from '../../webgpu/kernel.ts'
import { kernelsBy } from '../../webgpu/kernel.ts'
import type { GpuRecorder } from '../../webgpu/recorder.ts'
import { spread } from '../../webgpu/recorder.ts'
import { flatIndexSnippet } from '../../webgpu/snippets/flat.ts'
import { elementCount } from '../../tensor.ts'
import type { RopeArgs } from './arguments.ts'

const threads = 256

/** One thread a pair. */
const kernel = kernelsBy(({ dtype }: { dtype: DType }): Kernel => ({
  name: `rope ${dtype}`,
  inputs: { x: `vec2<${dtype}>`, cosines: 'f32', sines: 'f32' },
  outputs: { y: `vec2<${dtype}>` },
  uniforms: { count: 'u32', heads: 'u32', pairs: 'u32' },
  workgroup: [threads, 1, 1],
  code: `
${flatIndexSnippet}
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_index) local: u32) {
  let i = flatIndex(group, groups, local, ${threads}u);
  if (i >= u.count) { return; }
  let angle = (i / (u.heads * u.pairs)) * u.pairs + i % u.pairs;
  let c = cosines[angle];
  let s = sines[angle];
  let p = vec2<f32>(x[i]);
  y[i] = vec2<${dtype}>(vec2(p.x * c - p.y * s, p.x * s + p.y * c));
}`,
}))

export function ropeWebGpu({ x, cos, sin }: RopeArgs, out: Tensor, gpu: GpuRecorder): void {
  const [, heads, size] = x.shape as [number, number, number]
  const count = elementCount(x.shape) / 2
  const tensors = { x, cosines: cos, sines: sin, y: out }
  gpu.dispatch(
    kernel({ dtype: x.dtype }),
    tensors,
    { count, heads, pairs: size / 2 },
    spread(Math.ceil(count / threads)),
  )
}
