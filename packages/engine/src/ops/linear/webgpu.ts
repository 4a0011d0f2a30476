import type { Tensor } from '../../tensor.ts'
import { channels, rows } from '../../tensor.ts'
import { wide, widthFor } from '../../webgpu/elementwise.ts'
import { dispatchTiled, loadQuad } from '../../webgpu/matmul/tiled.ts'
import { padChannels } from '../../webgpu/matmul/pad-channels.ts'
import { dispatchUnits, fitsUnits } from '../../webgpu/matmul/units.ts'
import type { GpuRecorder } from '../../webgpu/recorder.ts'
import type { LinearArgs } from './arguments.ts'

export function linearWebGpu(args: LinearArgs, out: Tensor, gpu: GpuRecorder): void {
  if (fitsUnits(gpu, args.x, args.w, channels(out))) onUnits(args, out, gpu)
  else anywhere(args, out, gpu)
}

function onUnits(args: LinearArgs, out: Tensor, gpu: GpuRecorder): void {
  const x = padChannels(gpu, args.x)
  dispatchUnits(gpu, out, {
    name: 'linear',
    x,
    w: padChannels(gpu, args.w),
    layers: 1,
    rows: rows(x),
    columns: channels(out),
    taps: 1,
    channels: channels(x),
    epilogue: args,
  })
}

function anywhere(args: LinearArgs, out: Tensor, gpu: GpuRecorder): void {
  const { x, w } = args
  const width = widthFor(channels(x))
  dispatchTiled(gpu, out, {
    name: `linear ${x.dtype} ${w.dtype} to ${out.dtype}`,
    rows: rows(x),
    columns: channels(out),
    depth: channels(x),
    operands: {
      x: { tensor: x, type: wide(x.dtype, width) },
      w: { tensor: w, type: wide(w.dtype, width) },
    },
    uniforms: {},
    loads: `
struct Line { start: u32 }
fn lineOf(row: u32) -> Line { return Line(row * u.depth); }
fn loadRow(line: Line, k: u32) -> vec4<f32> {
  let left = i32(u.depth) - i32(k);
  return ${loadQuad('x', width === 4, 'line.start + k', 'left')};
}
fn loadColumn(column: u32, k: u32) -> vec4<f32> {
  let left = i32(u.depth) - i32(k);
  return ${loadQuad('w', width === 4, 'column * u.depth + k', 'left')};
}`,
    epilogue: args,
  })
}
