import type { Tensor } from '../../tensor.ts'
import { channels, reshape, rows } from '../../tensor.ts'
import { dispatchElementwise } from '../../webgpu/elementwise.ts'
import type { Kernel } from '../../webgpu/kernel.ts'
import { dispatchUnits, fitsUnits } from '../../webgpu/matmul/units.ts'
import type { GpuRecorder } from '../../webgpu/recorder.ts'
import { spread } from '../../webgpu/recorder.ts'
import type { AttentionArgs } from './arguments.ts'
import { attentionSizes } from './arguments.ts'

export function fitsWideAttention(args: AttentionArgs, gpu: GpuRecorder): boolean {
  const { keys, heads, size } = attentionSizes(args)
  const plain = !args.relativeBias && (args.lastKeyCount ?? 1) === 1
  return plain && heads === 1 && size % 8 === 0 && fitsUnits(gpu, args.q, args.k, keys)
}

/** One wide head as two products with all logits of an image in memory between them. */
export function attendWide(args: AttentionArgs, out: Tensor, gpu: GpuRecorder): void {
  const { q, k, v } = args
  const { batch, queries, keys, size } = attentionSizes(args)
  const { scale = 1 / Math.sqrt(size) } = args
  const common = { layers: batch, rows: queries, taps: 1, epilogue: {} }
  const logits = gpu.scratch([batch, queries, keys], 'f32')
  dispatchUnits(gpu, logits, {
    ...common,
    name: 'attention logits',
    x: q,
    w: k,
    columns: keys,
    channels: size,
  })
  const padded = Math.ceil(keys / 8) * 8
  const weights = gpu.scratch([batch, queries, padded], 'f16')
  dispatchSoftmax(gpu, logits, weights, scale)
  dispatchUnits(gpu, reshape(out, [batch, queries, size]), {
    ...common,
    name: 'attention sums',
    x: weights,
    w: transposed(gpu, v, padded),
    columns: size,
    channels: padded,
  })
}

/** `[B, S, 1, D]` to `[B, D, padded]`, with zeros behind. */
function transposed(gpu: GpuRecorder, v: Tensor, padded: number): Tensor {
  const [batch, keys, , size] = v.shape as [number, number, number, number]
  const turned = gpu.scratch([batch, size, padded], v.dtype)
  const u32 = (value: number) => ({ type: 'u32', value }) as const
  dispatchElementwise(gpu, turned, {
    name: 'transpose values',
    width: 1,
    inputs: { v },
    uniforms: { keys: u32(keys), padded: u32(padded), size: u32(size) },
    body: `
  let key = i % u.padded;
  let channel = i / u.padded % u.size;
  let image = i / (u.padded * u.size);
  let at = (image * u.keys + min(key, u.keys - 1u)) * u.size + channel;
  let value = select(0.0, f32(v[at]), key < u.keys);`,
  })
  return turned
}

const threads = 256

/** A workgroup a row. */
const softmax: Kernel = {
  name: 'softmax',
  inputs: { x: 'f32' },
  outputs: { y: 'f16' },
  uniforms: { rows: 'u32', size: 'u32', padded: 'u32', scale: 'f32' },
  workgroup: [threads, 1, 1],
  code: `
var<workgroup> partial: array<f32, ${threads}>;
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_index) thread: u32) {
  let row = group.y * groups.x + group.x;
  if (row >= u.rows) { return; }
  let first = row * u.size;
  var high = -1e30;
  for (var i = thread; i < u.size; i += ${threads}u) { high = max(high, x[first + i]); }
  partial[thread] = high;
  workgroupBarrier();
  for (var step = ${threads / 2}u; step > 0u; step >>= 1u) {
    if (thread < step) { partial[thread] = max(partial[thread], partial[thread + step]); }
    workgroupBarrier();
  }
  high = partial[0];
  workgroupBarrier();
  var total = 0.0;
  for (var i = thread; i < u.size; i += ${threads}u) { total += exp(u.scale * (x[first + i] - high)); }
  partial[thread] = total;
  workgroupBarrier();
  for (var step = ${threads / 2}u; step > 0u; step >>= 1u) {
    if (thread < step) { partial[thread] += partial[thread + step]; }
    workgroupBarrier();
  }
  total = partial[0];
  for (var i = thread; i < u.padded; i += ${threads}u) {
    let power = exp(u.scale * (x[first + min(i, u.size - 1u)] - high));
    y[row * u.padded + i] = f16(select(0.0, power / total, i < u.size));
  }
}`,
}

function dispatchSoftmax(gpu: GpuRecorder, x: Tensor, y: Tensor, scale: number): void {
  const uniforms = { rows: rows(x), size: channels(x), padded: channels(y), scale }
  gpu.dispatch(softmax, { x, y }, uniforms, spread(rows(x)))
}
