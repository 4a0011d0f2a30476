import type { Tensor } from '../tensor.ts'
import { channels, rows } from '../tensor.ts'
import { wide, widthFor } from './elementwise.ts'
import type { Kernel } from './kernel.ts'
import type { GpuRecorder } from './recorder.ts'
import { spread } from './recorder.ts'

/** A normalisation over the last axis: statistics of a row, then each of its elements by them. */
export interface RowWork {
  readonly name: string
  readonly x: Tensor
  /** `[C]`, f32: read by name at the element's channel in `value`. */
  readonly vectors: Readonly<Record<string, Tensor>>
  readonly uniforms: Readonly<Record<string, number>>
  /** Declarations for `value`; `T` is the type of what a thread takes at once. */
  readonly declarations?: string
  /** WGSL that defines the row's statistics out of `sumOfRow(expression of v)`. */
  readonly statistics: (sumOfRow: (value: string) => string) => string
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

/** Each row is read once, held in registers by the threads that share it, and written once. */
export function dispatchRows(gpu: GpuRecorder, out: Tensor, work: RowWork): void {
  const { x, vectors } = work
  const width = widthFor(channels(x))
  const size = channels(x) / width
  const team = threadsPerRow(size)
  const held = Array.from({ length: Math.ceil(size / team) }, (_, index) => index)
  const type = wide('f32', width)
  const add = (value: string) => (width === 1 ? value : `dot(${value}, vec4(1.0))`)
  const each = (line: (index: number) => string) => held.map(line).join('\n  ')
  let sums = 0
  const sumOfRow = (value: string) => {
    const own = each((n) => `if (c${n} < u.size) { let v = v${n}; own${sums} += ${add(value)}; }`)
    return `var own${sums} = 0.0;\n  ${own}\n  let sum${sums} = reduceRow(own${sums++}, thread);`
  }
  const kernel: Kernel = {
    name: `${work.name} ${x.dtype}`,
    inputs: {
      x: wide(x.dtype, width),
      ...Object.fromEntries(Object.keys(vectors).map((name) => [name, type])),
    },
    outputs: { y: wide(out.dtype, width) },
    uniforms: {
      rows: 'u32',
      size: 'u32',
      channels: 'f32',
      ...Object.fromEntries(Object.keys(work.uniforms).map((name) => [name, 'f32' as const])),
    },
    workgroup: [threads, 1, 1],
    code: `
alias T = ${type};
var<workgroup> partial: array<f32, ${threads}>;
${work.declarations ?? ''}
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
  ${work.statistics(sumOfRow)}
  if (row >= u.rows) { return; }
  ${each((n) => `if (c${n} < u.size) { let c = c${n}; let v = v${n}; y[first + c] = ${wide(out.dtype, width)}(${work.value}); }`)}
}`,
  }
  const uniforms = { rows: rows(x), size, channels: channels(x), ...work.uniforms }
  gpu.dispatch(kernel, { x, ...vectors, y: out }, uniforms, spread(Math.ceil((rows(x) * team) / threads)))
}
