import type { Tensor } from '../tensor.ts'
import { channels, rows } from '../tensor.ts'
import type { Width } from './elementwise.ts'
import { wide, widthFor } from './elementwise.ts'
import type { Kernel } from './kernel.ts'
import { kernelsBy } from './kernel.ts'
import type { GpuRecorder } from './recorder.ts'
import { spread } from './recorder.ts'

/** WGSL: what of each `v` is summed, and statements that read the sum: `sum0` that of the first statistic, and so on. */
type Statistic = { readonly sumOf: string; readonly then: string }

/** A normalisation over the last axis: statistics of a row, then each of its elements by them. */
export interface RowWork {
  readonly name: string
  readonly x: Tensor
  /** `[C]`, f32: read by name at the element's channel in `value`. */
  readonly vectors: Readonly<Record<string, Tensor>>
  readonly uniforms: Readonly<Record<string, number>>
  /** Declarations for `value`; `T` is the type of what a thread takes at once. */
  readonly declarations?: string
  /** The row's statistics one after the other. */
  readonly statistics: readonly Statistic[]
  /** WGSL expression of the element `v: T` at channel `c` (in units of T). */
  readonly value: string
}

const threads = 256

/** So many threads share a row that each takes a few vectors of it. */
function threadsPerRow(vectors: number): number {
  let count = 8
  while (count < threads && count < vectors) count *= 2
  return count
}

type RowText = Pick<Kernel, 'name'> & {
  /** Element types of x and y. */
  readonly from: string
  readonly to: string
  readonly width: Width
  readonly vectors: readonly string[]
  readonly uniforms: readonly string[]
  /** Threads that share a row, and vectors of it that each of them holds. */
  readonly team: number
  readonly vectorsEach: number
  readonly declarations: string
  readonly statistics: readonly Statistic[]
  readonly value: string
}

/** Each row is read once, held in registers by the threads that share it, and written once. */
const rowKernel = kernelsBy((text: RowText): Kernel => {
  const {
    name,
    from,
    to,
    width,
    vectors,
    uniforms,
    team,
    vectorsEach,
    declarations,
    statistics,
    value,
  } = text
  const held = Array.from({ length: vectorsEach }, (_, index) => index)
  const type = wide('f32', width)
  const add = (value: string) => (width === 1 ? value : `dot(${value}, vec4(1.0))`)
  const each = (line: (index: number) => string) => held.map(line).join('\n  ')
  const statistic = ({ sumOf, then }: Statistic, i: number) => `
  var own${i} = 0.0;
  ${each((n) => `if (c${n} < u.size) { let v = v${n}; own${i} += ${add(sumOf)}; }`)}
  let sum${i} = reduceRow(own${i}, thread);
  ${then}`
  return {
    name,
    inputs: { x: from, ...Object.fromEntries(vectors.map((vector) => [vector, type])) },
    outputs: { y: to },
    uniforms: {
      rows: 'u32',
      size: 'u32',
      channels: 'f32',
      ...Object.fromEntries(uniforms.map((uniform) => [uniform, 'f32' as const])),
    },
    workgroup: [threads, 1, 1],
    code: `
alias T = ${type};
var<workgroup> partial: array<f32, ${threads}>;
${declarations}
fn reduceRow(own: f32, thread: u32) -> f32 {
  partial[thread] = own;
  workgroupBarrier();
  for (var step = ${team / 2}u; step > 0u; step >>= 1u) {
    if (thread % ${team}u < step) { partial[thread] += partial[thread + step]; }
    workgroupBarrier();
  }
  let total = partial[thread - thread % ${team}u];
  workgroupBarrier();
  return total;
}
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_index) thread: u32) {
  let row = (group.y * groups.x + group.x) * ${threads / team}u + thread / ${team}u;
  let first = min(row, u.rows - 1u) * u.size;
  ${each((n) => `let c${n} = thread % ${team}u + ${n * team}u;\n  let v${n} = T(x[first + min(c${n}, u.size - 1u)]);`)}
  ${statistics.map(statistic).join('')}
  if (row >= u.rows) { return; }
  ${each((n) => `if (c${n} < u.size) { let c = c${n}; let v = v${n}; y[first + c] = ${to}(${value}); }`)}
}`,
  }
})

export function dispatchRows(gpu: GpuRecorder, out: Tensor, work: RowWork): void {
  const { x, vectors, declarations = '', statistics, value } = work
  const width = widthFor(channels(x))
  const size = channels(x) / width
  const team = threadsPerRow(size)
  const kernel = rowKernel({
    name: `${work.name} ${x.dtype}`,
    from: wide(x.dtype, width),
    to: wide(out.dtype, width),
    width,
    vectors: Object.keys(vectors),
    uniforms: Object.keys(work.uniforms),
    team,
    vectorsEach: Math.ceil(size / team),
    declarations,
    statistics,
    value,
  })
  const uniforms = { rows: rows(x), size, channels: channels(x), ...work.uniforms }
  gpu.dispatch(
    kernel,
    { x, ...vectors, y: out },
    uniforms,
    spread(Math.ceil((rows(x) * team) / threads)),
  )
}
