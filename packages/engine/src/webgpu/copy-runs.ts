import type { Tensor } from '../tensor.ts'
import { wide, widthFor } from './elementwise.ts'
import type { Kernel } from './kernel.ts'
import { kernelsBy } from './kernel.ts'
import type { GpuRecorder } from './recorder.ts'
import { spread } from './recorder.ts'
import { flatIndexSnippet } from './snippets/flat.ts'

/** `count` runs of `length` elements; run `i` starts at `first + i * apart` on each side. */
export interface Runs {
  readonly count: number
  readonly length: number
  readonly from: { readonly first: number; readonly apart: number }
  readonly to: { readonly first: number; readonly apart: number }
}

const threads = 256

/** Element types on both sides. */
type RunsText = { readonly from: string; readonly to: string }

const runsKernel = kernelsBy(({ from, to }: RunsText): Kernel => ({
  name: `copy runs of ${from} to ${to}`,
  inputs: { x: from },
  outputs: { y: to },
  uniforms: {
    count: 'u32',
    length: 'u32',
    fromFirst: 'u32',
    fromApart: 'u32',
    toFirst: 'u32',
    toApart: 'u32',
  },
  workgroup: [threads, 1, 1],
  code: `
${flatIndexSnippet}
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_index) local: u32) {
  let i = flatIndex(group, groups, local, ${threads}u);
  if (i >= u.count) { return; }
  let run = i / u.length;
  let within = i % u.length;
  y[u.toFirst + run * u.toApart + within] = ${to}(x[u.fromFirst + run * u.fromApart + within]);
}`,
}))

/** Copies runs of elements from `x` into `out`, converting them where the types differ. */
export function copyRuns(gpu: GpuRecorder, x: Tensor, out: Tensor, runs: Runs): void {
  const { from, to } = runs
  const width = [runs.length, from.first, from.apart, to.first, to.apart].every(
    (n) => widthFor(n) === 4,
  )
    ? 4
    : 1
  const length = runs.length / width
  const count = runs.count * length
  const uniforms = {
    count,
    length,
    fromFirst: from.first / width,
    fromApart: from.apart / width,
    toFirst: to.first / width,
    toApart: to.apart / width,
  }
  const kernel = runsKernel({ from: wide(x.dtype, width), to: wide(out.dtype, width) })
  gpu.dispatch(kernel, { x, y: out }, uniforms, spread(Math.ceil(count / threads)))
}
