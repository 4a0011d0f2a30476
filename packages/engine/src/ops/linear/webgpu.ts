import type { Tensor } from '../../tensor.ts'
import { channels, rows } from '../../tensor.ts'
import type { Kernel } from '../../webgpu/kernel.ts'
import type { GpuRecorder } from '../../webgpu/recorder.ts'
import { activateSnippet } from '../../webgpu/snippets/activation.ts'
import type { LinearArgs } from './index.ts'

/** Outputs a workgroup computes: 64 x 64, each of its 16 x 16 threads 4 x 4 of them. */
const tile = 64
const depth = 16

const kernel = (args: LinearArgs, out: Tensor): Kernel => {
  const present = Object.entries({
    bias: args.bias,
    gate: args.gate,
    multiply: args.multiply,
    residual: args.residual,
  }).flatMap(([name, t]) => (t ? [[name, t.dtype]] : []))
  const term = (name: keyof LinearArgs, index: string) => `f32(${name}[${index}])`
  return {
    name: `linear ${args.x.dtype} ${args.w.dtype} to ${out.dtype}`,
    inputs: { x: args.x.dtype, w: args.w.dtype, ...Object.fromEntries(present) },
    outputs: { y: out.dtype },
    uniforms: { M: 'u32', N: 'u32', K: 'u32' },
    workgroup: [16, 16, 1],
    code: `
var<workgroup> xs: array<f32, ${tile * depth}>;
var<workgroup> ws: array<f32, ${tile * depth}>;
${activateSnippet(args.activation)}
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>,
        @builtin(local_invocation_index) thread: u32) {
  let row0 = group.y * ${tile}u;
  let col0 = group.x * ${tile}u;
  var sums: array<vec4<f32>, 4>;
  for (var k0 = 0u; k0 < u.K; k0 += ${depth}u) {
    for (var i = thread; i < ${tile * depth}u; i += 256u) {
      let k = k0 + i % ${depth}u;
      let line = i / ${depth}u;
      xs[(i % ${depth}u) * ${tile}u + line] = select(0.0, f32(x[min(row0 + line, u.M - 1u) * u.K + min(k, u.K - 1u)]), k < u.K);
      ws[(i % ${depth}u) * ${tile}u + line] = select(0.0, f32(w[min(col0 + line, u.N - 1u) * u.K + min(k, u.K - 1u)]), k < u.K);
    }
    workgroupBarrier();
    for (var k = 0u; k < ${depth}u; k++) {
      let at = k * ${tile}u;
      let b = vec4(ws[at + local.x], ws[at + local.x + 16u], ws[at + local.x + 32u], ws[at + local.x + 48u]);
      for (var r = 0u; r < 4u; r++) { sums[r] += xs[at + local.y + r * 16u] * b; }
    }
    workgroupBarrier();
  }
  for (var r = 0u; r < 4u; r++) {
    let row = row0 + local.y + r * 16u;
    for (var c = 0u; c < 4u; c++) {
      let col = col0 + local.x + c * 16u;
      if (row < u.M && col < u.N) {
        let at = row * u.N + col;
        var value = activate(sums[r][c]${args.bias ? ` + ${term('bias', 'col')}` : ''});
        ${args.multiply ? `value *= ${term('multiply', 'at')};` : ''}
        ${args.gate ? `value *= ${term('gate', 'col')};` : ''}
        ${args.residual ? `value += ${term('residual', 'at')};` : ''}
        y[at] = ${out.dtype}(value);
      }
    }
  }
}`,
  }
}

export function linearWebGpu(args: LinearArgs, out: Tensor, gpu: GpuRecorder): void {
  const { x, w, bias, gate, multiply, residual } = args
  const given = Object.entries({ bias, gate, multiply, residual }).filter((entry): entry is [string, Tensor] => !!entry[1])
  const [M, N, K] = [rows(x), channels(out), channels(x)]
  const grid = [Math.ceil(N / tile), Math.ceil(M / tile)] as const
  gpu.dispatch(kernel(args, out), { x, w, ...Object.fromEntries(given), y: out }, { M, N, K }, grid)
}
