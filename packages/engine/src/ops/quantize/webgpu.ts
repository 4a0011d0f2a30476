import type { Tensor } from '../../tensor.ts'
import { channels, rows } from '../../tensor.ts'
import { wide } from '../../webgpu/elementwise.ts'
import type { Kernel } from '../../webgpu/kernel.ts'
import { kernelsBy } from '../../webgpu/kernel.ts'
import { range } from '../../webgpu/range.ts'
import type { GpuRecorder } from '../../webgpu/recorder.ts'
import { spread } from '../../webgpu/recorder.ts'
import type { QuantizeArgs } from './arguments.ts'
import { mostCode, scaleWords, turnedChannels } from './arguments.ts'
import { leastMost, scaleOfMost } from './turned-rows.ts'

const threads = 256

/** A workgroup a row, which stays in registers: each thread holds vectors of four, and 32 of them turn a group. */
const kernel = kernelsBy(({ from, vectors }: { from: string; vectors: number }): Kernel => {
  const held = range(Math.ceil(vectors / threads))
  const each = (line: (n: number) => string) => held.map(line).join('\n  ')
  return {
    name: `quantize rows of ${vectors * 4}`,
    inputs: { x: from },
    outputs: { y: 'u32' },
    uniforms: { rows: 'u32' },
    workgroup: [threads, 1, 1],
    code: `
var<workgroup> shared4: array<vec4<f32>, ${threads}>;
var<workgroup> most: array<f32, ${threads}>;
/** All threads turn, each its vector among those of 32. */
fn turn(own: vec4<f32>, thread: u32) -> vec4<f32> {
  let pairs = vec4(own.x + own.y, own.x - own.y, own.z + own.w, own.z - own.w);
  var v = vec4(pairs.xy + pairs.zw, pairs.xy - pairs.zw);
  for (var step = 1u; step < ${turnedChannels / 4}u; step <<= 1u) {
    shared4[thread] = v;
    workgroupBarrier();
    let other = shared4[thread ^ step];
    v = select(v + other, other - v, (thread & step) != 0u);
    workgroupBarrier();
  }
  return v;
}
/** ${mostCode} / x, cut to 24 bits: by integers, since devices round quotients of floats each in its way. */
fn inverse(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  let mantissa = (bits & 0x7fffffu) | 0x800000u;
  let high = (${mostCode}u << 24u) / mantissa;
  let rest = ((${mostCode}u << 24u) - high * mantissa) << 8u;
  let middle = rest / mantissa;
  let low = ((rest - middle * mantissa) << 8u) / mantissa;
  let power = bitcast<f32>((260u - (bits >> 23u)) << 23u);
  return f32((high << 16u) + (middle << 8u) + low) * ${2 ** -23} * power;
}
fn packed(v: vec4<f32>, factor: f32) -> u32 {
  let codes = vec4<u32>(vec4<i32>(round(v * factor)) & vec4(255));
  return codes.x | (codes.y << 8u) | (codes.z << 16u) | (codes.w << 24u);
}
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_index) thread: u32) {
  let row = group.y * groups.x + group.x;
  if (row >= u.rows) { return; }
  ${each((n) => `let c${n} = thread + ${n * threads}u;\n  let v${n} = turn(select(vec4(0.0), vec4<f32>(x[row * ${vectors}u + min(c${n}, ${vectors - 1}u)]), c${n} < ${vectors}u), thread);`)}
  let highs = ${held.reduce((all, n) => (n === 0 ? 'abs(v0)' : `max(${all}, abs(v${n}))`), '')};
  most[thread] = max(max(highs.x, highs.y), max(highs.z, highs.w));
  workgroupBarrier();
  for (var step = ${threads / 2}u; step > 0u; step >>= 1u) {
    if (thread < step) { most[thread] = max(most[thread], most[thread + step]); }
    workgroupBarrier();
  }
  let largest = max(most[0], ${leastMost});
  let factor = inverse(largest);
  let line = row * ${vectors + scaleWords}u;
  ${each((n) => `if (c${n} < ${vectors}u) { y[line + c${n}] = packed(v${n}, factor); }`)}
  if (thread < ${scaleWords}u) { y[line + ${vectors}u + thread] = select(0u, bitcast<u32>(largest * ${scaleOfMost}), thread == 0u); }
}`,
  }
})

export function quantizeWebGpu({ x }: QuantizeArgs, out: Tensor, gpu: GpuRecorder): void {
  const chosen = kernel({ from: wide(x.dtype, 4), vectors: channels(x) / 4 })
  gpu.dispatch(chosen, { x, y: out }, { rows: rows(x) }, spread(rows(x)))
}
