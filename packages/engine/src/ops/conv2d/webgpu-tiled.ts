import type { Tensor } from '../../tensor.ts'
import { wide, widthFor } from '../../webgpu/elementwise.ts'
import { dispatchTiled, loadQuad } from '../../webgpu/matmul/tiled.ts'
import type { GpuRecorder } from '../../webgpu/recorder.ts'
import type { Conv2dArgs } from './arguments.ts'
import { conv2dSizes } from './arguments.ts'

/**
 * The portable convolution; a doubled image is read in place, each pixel of it four times.
 */
export function convolveTiled(args: Conv2dArgs, out: Tensor, gpu: GpuRecorder): void {
  const { x, w } = args
  const s = conv2dSizes(args)
  const width = widthFor(s.channels)
  dispatchTiled(gpu, out, {
    name: `conv2d ${x.dtype} ${w.dtype} to ${out.dtype}`,
    rows: s.batch * s.outHeight * s.outWidth,
    columns: s.outChannels,
    depth: s.kernelHeight * s.kernelWidth * s.channels,
    operands: {
      x: { tensor: x, type: wide(x.dtype, width) },
      w: { tensor: w, type: wide(w.dtype, width) },
    },
    uniforms: {
      height: s.height,
      width: s.width,
      channels: s.channels,
      outHeight: s.outHeight,
      outWidth: s.outWidth,
      kernelWidth: s.kernelWidth,
      stride: s.stride,
      top: s.pad.top,
      left: s.pad.left,
      zoom: s.zoom,
    },
    loads: width === 4 ? vectorLoads : scalarLoads,
    epilogue: args,
  })
}

const pixels = `
struct Line { image: i32, y: i32, x: i32 }
fn lineOf(row: u32) -> Line {
  let pixel = i32(row);
  let y = (pixel / u.outWidth) % u.outHeight;
  return Line(pixel / (u.outWidth * u.outHeight), y * u.stride - u.top, (pixel % u.outWidth) * u.stride - u.left);
}
// where tap and channel k of a line's window lie in x; -1 outside of the image
fn place(line: Line, k: u32) -> i32 {
  let tap = i32(k) / u.channels;
  let y = line.y + tap / u.kernelWidth;
  let x = line.x + tap % u.kernelWidth;
  let inside = k < u.depth && y >= 0 && x >= 0 && y < u.height * u.zoom && x < u.width * u.zoom;
  let pixel = (line.image * u.height + y / u.zoom) * u.width + x / u.zoom;
  return select(-1, pixel * u.channels + i32(k) % u.channels, inside);
}`

const loadColumn = (vectors: boolean) => `
fn loadColumn(column: u32, k: u32) -> vec4<f32> {
  let left = i32(u.depth) - i32(k);
  return ${loadQuad('w', vectors, 'column * u.depth + k', 'left')};
}`

/** The four channels of a vector lie under one tap. */
const vectorLoads = `${pixels}
fn loadRow(line: Line, k: u32) -> vec4<f32> {
  let at = place(line, k);
  return select(vec4(0.0), vec4<f32>(x[max(at, 0) / 4]), at >= 0);
}${loadColumn(true)}`

const scalarLoads = `${pixels}
fn loadOne(line: Line, k: u32) -> f32 {
  let at = place(line, k);
  return select(0.0, f32(x[max(at, 0)]), at >= 0);
}
fn loadRow(line: Line, k: u32) -> vec4<f32> {
  return vec4(loadOne(line, k), loadOne(line, k + 1u), loadOne(line, k + 2u), loadOne(line, k + 3u));
}${loadColumn(false)}`
