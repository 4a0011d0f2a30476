import type { Tensor } from '../../tensor.ts'
import { channels, rows } from '../../tensor.ts'
import { dispatchTiled } from '../../webgpu/matmul/tiled.ts'
import { dispatchUnits, fitsByteUnits } from '../../webgpu/matmul/units.ts'
import type { GpuRecorder } from '../../webgpu/recorder.ts'
import { scaleWords } from '../quantize/arguments.ts'
import type { QuantizedLinearArgs } from './arguments.ts'
import { quantizedChannels } from './arguments.ts'

export function quantizedLinearWebGpu(
  args: QuantizedLinearArgs,
  out: Tensor,
  gpu: GpuRecorder,
): void {
  if (fitsByteUnits(gpu, channels(out))) onUnits(args, out, gpu)
  else anywhere(args, out, gpu)
}

function onUnits(args: QuantizedLinearArgs, out: Tensor, gpu: GpuRecorder): void {
  const { x, w } = args
  dispatchUnits(gpu, out, {
    name: 'quantized linear',
    x,
    w,
    layers: 1,
    rows: rows(x),
    columns: channels(out),
    taps: 1,
    channels: quantizedChannels(x),
    epilogue: args,
  })
}

function anywhere(args: QuantizedLinearArgs, out: Tensor, gpu: GpuRecorder): void {
  const { x, w } = args
  dispatchTiled(gpu, out, {
    name: `quantized linear to ${out.dtype}`,
    rows: rows(x),
    columns: channels(out),
    depth: quantizedChannels(x),
    operands: { x: { tensor: x, type: 'u32' }, w: { tensor: w, type: 'u32' } },
    uniforms: {},
    loads: `
struct Line { start: u32, scale: f32 }
fn codes(word: u32) -> vec4<f32> {
  return vec4<f32>(extractBits(vec4(bitcast<i32>(word)) >> vec4(0u, 8u, 16u, 24u), 0u, 8u));
}
fn startOf(line: u32) -> u32 { return line * (u.depth / 4u + ${scaleWords}u); }
fn lineOf(row: u32) -> Line { return Line(startOf(row), bitcast<f32>(x[startOf(row) + u.depth / 4u])); }
fn loadRow(line: Line, k: u32) -> vec4<f32> { return line.scale * codes(x[line.start + k / 4u]); }
fn loadColumn(column: u32, k: u32) -> vec4<f32> {
  return bitcast<f32>(w[startOf(column) + u.depth / 4u]) * codes(w[startOf(column) + k / 4u]);
}`,
    epilogue: args,
  })
}
