import type { DType, GpuRecorder, Kernel, Tensor } from '@flashworld/engine'
import { elementCount, kernelsBy, spread } from '@flashworld/engine'
import { PACKED_FLOATS } from '@flashworld/splats'
import { gaussiansPerPixel } from '../config.ts'
import type { GaussianHeadArgs } from './arguments.ts'
import { gaussianAt, harmonicsCount, maxScalePixels, rawAt } from './layout.ts'

const threads = 64

/** One thread a Gaussian. */
const kernel = kernelsBy(({ dtype }: { dtype: DType }): Kernel => ({
  name: `gaussian head ${dtype}`,
  inputs: { raw: dtype, cameras: 'f32' },
  outputs: { gaussians: 'f32' },
  uniforms: { rows: 'u32', cols: 'u32', count: 'u32' },
  workgroup: [threads, 1, 1],
  code: `
fn sigmoid(x: f32) -> f32 { return 1.0 / (1.0 + exp(-x)); }

/** v turned by the quaternion (w, xyz). */
fn turn(w: f32, xyz: vec3<f32>, v: vec3<f32>) -> vec3<f32> {
  let t = 2.0 * cross(xyz, v);
  return v + w * t + cross(xyz, t);
}

fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * ${threads}u + local;
  if (i >= u.count) { return; }
  let col = i % u.cols;
  let row = (i / u.cols) % u.rows;
  let point = (i / (u.cols * u.rows)) % ${gaussiansPerPixel}u;
  let frame = i / (u.cols * u.rows * ${gaussiansPerPixel}u);
  let at = (((frame * u.rows + row) * u.cols + col) * ${gaussiansPerPixel}u + point) * ${PACKED_FLOATS}u;
  let to = i * ${PACKED_FLOATS}u;

  let c = frame * 11u;
  let q = normalize(vec4(cameras[c], cameras[c + 1u], cameras[c + 2u], cameras[c + 3u]));
  let origin = vec3(cameras[c + 4u], cameras[c + 5u], cameras[c + 6u]);
  let size = vec2(f32(u.cols), f32(u.rows));
  let focalNorm = vec2(cameras[c + 7u], cameras[c + 8u]);
  let centre = vec2(cameras[c + 9u], cameras[c + 10u]) * size;
  let uv = vec2(f32(raw[at + ${rawAt.uv}u]), f32(raw[at + ${rawAt.uv + 1}u]));
  let pixel = vec2(f32(col), f32(row)) + 0.5;
  let slope = (pixel - centre + uv * centre) / (focalNorm * size);
  let direction = normalize(turn(q.x, q.yzw, vec3(slope.x, -slope.y, -1.0)));

  let depth = exp(f32(raw[at + ${rawAt.depth}u]));
  let position = origin + depth * direction;
  let scale = ${maxScalePixels}.0 * depth * length(focalNorm / size);
  var rotation: vec4<f32>;
  for (var k = 0u; k < 4u; k++) { rotation[k] = f32(raw[at + ${rawAt.rotation}u + k]); }
  rotation /= max(length(rotation), 1e-12);

  for (var k = 0u; k < 3u; k++) {
    gaussians[to + ${gaussianAt.position}u + k] = position[k];
    gaussians[to + ${gaussianAt.scale}u + k] = scale * sigmoid(f32(raw[at + ${rawAt.scale}u + k]));
  }
  gaussians[to + ${gaussianAt.opacity}u] = sigmoid(f32(raw[at + ${rawAt.opacity}u]));
  for (var k = 0u; k < 4u; k++) { gaussians[to + ${gaussianAt.rotation}u + k] = rotation[k]; }
  for (var k = 0u; k < ${harmonicsCount}u; k++) {
    gaussians[to + ${gaussianAt.harmonics}u + k] = f32(raw[at + ${rawAt.harmonics}u + k]);
  }
}`,
}))

export function gaussianHeadWebGpu(args: GaussianHeadArgs, out: Tensor, gpu: GpuRecorder): void {
  const [, rows, cols] = args.raw.shape as [number, number, number]
  const count = elementCount(out.shape) / PACKED_FLOATS
  const tensors = { raw: args.raw, cameras: args.cameras, gaussians: out }
  gpu.dispatch(
    kernel({ dtype: args.raw.dtype }),
    tensors,
    { rows, cols, count },
    spread(Math.ceil(count / threads)),
  )
}
