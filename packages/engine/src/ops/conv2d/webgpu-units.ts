import type { Tensor } from '../../tensor.ts'
import { channels } from '../../tensor.ts'
import { dispatchElementwise } from '../../webgpu/elementwise.ts'
import { padChannels } from '../../webgpu/matmul/pad-channels.ts'
import type { Gather } from '../../webgpu/matmul/units.ts'
import { dispatchUnits } from '../../webgpu/matmul/units.ts'
import type { GpuRecorder } from '../../webgpu/recorder.ts'
import type { Conv2dArgs } from './arguments.ts'
import { conv2dSizes, isLinear } from './arguments.ts'

/** The convolution on matrix units. A doubled image must be under a 3x3 kernel with padding 1. */
export function convolveOnUnits(args: Conv2dArgs, out: Tensor, gpu: GpuRecorder): void {
  const s = conv2dSizes(args)
  const x = padChannels(gpu, args.x)
  const w = padChannels(gpu, args.w)
  const common = {
    name: 'conv2d',
    x,
    columns: s.outChannels,
    channels: channels(x),
    epilogue: args,
  }
  if (s.zoom === 2) {
    const rows = s.batch * s.height * s.width
    dispatchUnits(gpu, out, {
      ...common,
      w: foldDoubling(gpu, w),
      layers: 4,
      rows,
      taps: 4,
      gather: phases(args),
    })
  } else {
    const rows = s.batch * s.outHeight * s.outWidth
    const gather = isLinear(args) ? undefined : windows(args)
    dispatchUnits(gpu, out, {
      ...common,
      w,
      layers: 1,
      rows,
      taps: s.kernelHeight * s.kernelWidth,
      gather,
    })
  }
}

/** A line: the row of pixels at which its image starts, its window's corner, its pixel of the result. */
const place = `
fn place(line: vec4<i32>, tap: u32) -> i32 {
  let y = line.y + i32(tap) / u.kernelWidth;
  let x = line.z + i32(tap) % u.kernelWidth;
  let inside = y >= 0 && x >= 0 && y < u.height && x < u.width;
  return select(-1, (line.x + y) * u.width + x, inside);
}`

const windows = (args: Conv2dArgs): Gather => {
  const { height, width, outHeight, outWidth, kernelWidth, stride, pad } = conv2dSizes(args)
  return {
    uniforms: {
      height,
      width,
      outHeight,
      outWidth,
      kernelWidth,
      stride,
      top: pad.top,
      left: pad.left,
    },
    code: `
fn lineOf(row: u32, layer: u32) -> vec4<i32> {
  let pixel = i32(row);
  let y = pixel / u.outWidth;
  let x = pixel % u.outWidth;
  let image = y / u.outHeight;
  return vec4(image * u.height, (y - image * u.outHeight) * u.stride - u.top, x * u.stride - u.left, pixel);
}${place}`,
  }
}

/**
 * On a doubled image, the three taps of a row meet two pixels of the image only, so that for each of the
 * four corners of a doubled pixel a kernel of 2x2 gives the same: layer `2 * row offset + column offset`.
 */
const phases = (args: Conv2dArgs): Gather => {
  const { height, width } = conv2dSizes(args)
  return {
    uniforms: { height, width, kernelWidth: 2 },
    code: `
fn lineOf(row: u32, layer: u32) -> vec4<i32> {
  let y = i32(row) / u.width;
  let x = i32(row) % u.width;
  let image = y / u.height;
  let below = i32(layer) / 2;
  let beside = i32(layer) % 2;
  let pixel = (y * 2 + below) * u.width * 2 + x * 2 + beside;
  return vec4(image * u.height, y - image * u.height + below - 1, x + beside - 1, pixel);
}${place}`,
  }
}

/** `[O, 3, 3, C]` to the kernels of the four corners `[4, O, 2, 2, C]`: taps that meet one pixel are summed. */
function foldDoubling(gpu: GpuRecorder, w: Tensor): Tensor {
  const [outChannels, , , inChannels] = w.shape as [number, number, number, number]
  const folded = gpu.scratch([4, outChannels, 2, 2, inChannels], w.dtype)
  dispatchElementwise(gpu, folded, {
    name: 'fold doubling',
    width: 4,
    inputs: { w },
    uniforms: {
      outChannels: { type: 'u32', value: outChannels },
      vectors: { type: 'u32', value: inChannels / 4 },
    },
    // with offset 0 the taps fall as {0} {1, 2}, with offset 1 as {0, 1} {2}
    declarations: `
fn firstTap(offset: u32, tap: u32) -> u32 { return tap * (1u + offset); }
fn endTap(offset: u32, tap: u32) -> u32 { return select(1u + offset, 3u, tap == 1u); }`,
    body: `
  let channel = i % u.vectors;
  let tap = i / u.vectors % 4u;
  let o = i / (u.vectors * 4u) % u.outChannels;
  let layer = i / (u.vectors * 4u * u.outChannels);
  var value = vec4(0.0);
  for (var y = firstTap(layer / 2u, tap / 2u); y < endTap(layer / 2u, tap / 2u); y++) {
    for (var x = firstTap(layer % 2u, tap % 2u); x < endTap(layer % 2u, tap % 2u); x++) {
      value += vec4<f32>(w[((o * 3u + y) * 3u + x) * u.vectors + channel]);
    }
  }`,
  })
  return folded
}
