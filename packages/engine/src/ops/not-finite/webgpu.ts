import type { Tensor } from '../../tensor.ts'
import { elementCount } from '../../tensor.ts'
import type { Kernel } from '../../webgpu/kernel.ts'
import { kernelsBy } from '../../webgpu/kernel.ts'
import type { GpuRecorder } from '../../webgpu/recorder.ts'
import { spread } from '../../webgpu/recorder.ts'
import { flatIndexSnippet } from '../../webgpu/snippets/flat.ts'
import type { NotFiniteArgs } from './arguments.ts'

const threads = 256
/** Words that a thread looks at, `threads` apart. */
const wordsEach = 16

/** WGSL: whether all bits of an exponent are set. A shader may take for granted that floats are finite, so words are read. */
const exponentIsFull = {
  f32: '(word & 0x7f800000u) == 0x7f800000u',
  // the second half of the last word may be beyond the tensor
  f16: '(word & 0x7c00u) == 0x7c00u || ((word & 0x7c000000u) == 0x7c000000u && 2u * at + 1u < u.count)',
}

const notFiniteKernel = kernelsBy(({ dtype }: { dtype: 'f32' | 'f16' }): Kernel => ({
  name: `not finite ${dtype}`,
  inputs: { x: 'u32' },
  outputs: { flag: 'atomic<u32>' },
  uniforms: { count: 'u32', words: 'u32' },
  workgroup: [threads, 1, 1],
  code: `
${flatIndexSnippet}
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_index) local: u32) {
  let first = flatIndex(group, groups, 0u, ${threads * wordsEach}u) + local;
  var found = false;
  for (var i = 0u; i < ${wordsEach}u; i++) {
    let at = first + i * ${threads}u;
    if (at >= u.words) { break; }
    let word = x[at];
    found = found || ${exponentIsFull[dtype]};
  }
  if (found) { atomicOr(&flag[0], bitcast<u32>(1.0)); }
}`,
}))

export function notFiniteWebGpu({ x }: NotFiniteArgs, out: Tensor, gpu: GpuRecorder): void {
  const dtype = x.dtype === 'f16' ? 'f16' : 'f32'
  const count = elementCount(x.shape)
  const words = dtype === 'f16' ? Math.ceil(count / 2) : count
  gpu.clear(out)
  if (words === 0) return
  gpu.dispatch(
    notFiniteKernel({ dtype }),
    { x, flag: out },
    { count, words },
    spread(Math.ceil(words / (threads * wordsEach))),
  )
}
