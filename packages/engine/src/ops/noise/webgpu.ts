import { seedWords } from '../../random.ts'
import type { Tensor } from '../../tensor.ts'
import { elementCount } from '../../tensor.ts'
import type { Kernel } from '../../webgpu/kernel.ts'
import type { GpuRecorder } from '../../webgpu/recorder.ts'
import { spread } from '../../webgpu/recorder.ts'
import type { NoiseArgs } from './arguments.ts'

const threads = 256

/**
 * A thread a block of four numbers. The words are exactly the host's; logarithm, sine and cosine are series here, since
 * the device's own may be off by 2^-11: these differ from the host's by some units of the last place.
 */
const kernel: Kernel = {
  name: 'noise',
  inputs: {},
  outputs: { y: 'f32' },
  uniforms: { count: 'u32', stream: 'u32', key0: 'u32', key1: 'u32' },
  workgroup: [threads, 1, 1],
  code: `
fn multiplyHigh(x: u32, y: u32) -> u32 {
  let xl = x & 0xffffu;
  let xh = x >> 16u;
  let yl = y & 0xffffu;
  let yh = y >> 16u;
  let middle = xh * yl + ((xl * yl) >> 16u);
  let other = xl * yh + (middle & 0xffffu);
  return xh * yh + (middle >> 16u) + (other >> 16u);
}
fn philox(block: u32) -> vec4<u32> {
  var v = vec4(block, 0u, u.stream, 0u);
  var k = vec2(u.key0, u.key1);
  for (var round = 0; round < 10; round++) {
    let high0 = multiplyHigh(0xd2511f53u, v.x);
    let high1 = multiplyHigh(0xcd9e8d57u, v.z);
    v = vec4(high1 ^ v.y ^ k.x, 0xcd9e8d57u * v.z, high0 ^ v.w ^ k.y, 0xd2511f53u * v.x);
    k += vec2(0x9e3779b9u, 0xbb67ae85u);
  }
  return v;
}
// the logarithm of (1 + s) / (1 - s) by its series, |s| up to a third
fn logOfRatio(s: f32) -> f32 {
  let q = s * s;
  return 2.0 * s * (1.0 + q * (1.0 / 3.0 + q * (1.0 / 5.0 + q * (1.0 / 7.0 + q * (1.0 / 9.0 + q * (1.0 / 11.0 +
    q * (1.0 / 13.0 + q * (1.0 / 15.0))))))));
}
// -ln((word + 1/2) / 2^32); near 1 from what is missing to it, so that small ones keep their digits
fn minusLog(word: u32) -> f32 {
  if (word >= 0x80000000u) {
    let missing = (f32(~word) + 0.5) * 0x1p-32f;
    return logOfRatio(missing / (2.0 - missing));
  }
  let parts = frexp(f32(word) + 0.5);
  let low = parts.fract < 0.70710678;
  let m = select(parts.fract, 2.0 * parts.fract, low);
  let e = parts.exp - select(0, 1, low);
  return f32(32 - e) * 0.69314718 - logOfRatio((m - 1.0) / (m + 1.0));
}
// cosine and sine of a whole turn times word / 2^32
fn direction(word: u32) -> vec2<f32> {
  let quarter = (word + 0x20000000u) >> 30u;
  let x = f32(bitcast<i32>(word - (quarter << 30u))) * 1.4629180792671596e-9;
  let q = x * x;
  let sine = x * (1.0 - q / 6.0 * (1.0 - q / 20.0 * (1.0 - q / 42.0 * (1.0 - q / 72.0))));
  let cosine = 1.0 - q / 2.0 * (1.0 - q / 12.0 * (1.0 - q / 30.0 * (1.0 - q / 56.0 * (1.0 - q / 90.0))));
  switch (quarter) {
    case 1u: { return vec2(-sine, cosine); }
    case 2u: { return vec2(-cosine, -sine); }
    case 3u: { return vec2(sine, -cosine); }
    default: { return vec2(cosine, sine); }
  }
}
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_index) thread: u32) {
  let block = (group.y * groups.x + group.x) * ${threads}u + thread;
  let words = philox(block);
  let both = vec4(sqrt(2.0 * minusLog(words.x)) * direction(words.y), sqrt(2.0 * minusLog(words.z)) * direction(words.w));
  for (var n = 0u; n < 4u; n++) {
    if (block * 4u + n < u.count) { y[block * 4u + n] = both[n]; }
  }
}`,
}

export function noiseWebGpu({ seed, stream }: NoiseArgs, out: Tensor, gpu: GpuRecorder): void {
  const [key0, key1] = seedWords(seed)
  const count = elementCount(out.shape)
  gpu.dispatch(
    kernel,
    { y: out },
    { count, stream, key0, key1 },
    spread(Math.ceil(count / 4 / threads)),
  )
}
