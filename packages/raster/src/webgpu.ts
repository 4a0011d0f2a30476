import type { GpuRecorder, Kernel, Tensor } from '@flashworld/engine'
import { flatIndexSnippet, spread } from '@flashworld/engine'
import type { RasterizeArgs, SceneArgs } from './arguments.ts'
import { tileSize } from './snippets/splat.ts'
import type { Bins } from './stages/bin.ts'
import { createBinning } from './stages/bin.ts'
import { blendKernel } from './stages/blend.ts'
import type { Splats } from './stages/project.ts'
import { createProjection } from './stages/project.ts'
import type { DepthOrder } from './stages/sort.ts'
import { createDepthSort } from './stages/sort.ts'

const imageKernel = blendKernel({
  name: 'image',
  inputs: {},
  outputs: { image: 'vec4<f32>' },
  uniforms: { view: 'u32', red: 'f32', green: 'f32', blue: 'f32' },
  code: `
var<private> sum: vec4<f32>;
fn addWeight(weight: f32, j: u32) { sum += weight * batchC[j]; }
fn endBatch(thread: u32, rank: u32) {}
fn endPixel(pixel: vec2<u32>, inside: bool) {
  if (!inside) { return; }
  let rgb = sum.rgb + light * vec3(u.red, u.green, u.blue);
  let at = (u.view * u.height + pixel.y) * u.width + pixel.x;
  image[at] = vec4(clamp(2.0 * rgb - 1.0, vec3(-1.0), vec3(1.0)), sum.a);
}`,
})

/** Parts that a weight is counted in within a tile: all of its 256 pixels fit a word. */
const finePerWeight = 2 ** 23

/** Weights are added as integers, `u.unit` to 1 beyond a tile, so that their order changes nothing. */
const weightsKernel = blendKernel({
  name: 'weights',
  inputs: { ids: 'u32' },
  outputs: { units: 'atomic<u32>' },
  uniforms: { unit: 'f32' },
  code: `
const finePerWeight: f32 = ${finePerWeight};
var<workgroup> fine: array<atomic<u32>, ${tileSize * tileSize}>;
fn addWeight(weight: f32, j: u32) { atomicAdd(&fine[j], u32(weight * finePerWeight + 0.5)); }
fn endBatch(thread: u32, rank: u32) {
  workgroupBarrier();
  let sum = f32(atomicExchange(&fine[thread], 0u)) / finePerWeight;
  if (sum > 0.0) { atomicAdd(&units[ids[rank]], u32(sum * u.unit + 0.5)); }
}
fn endPixel(pixel: vec2<u32>, inside: bool) {}`,
})

const threads = 256

const addUnitsKernel: Kernel = {
  name: 'raster, add weights',
  inputs: { units: 'u32' },
  outputs: { sums: 'f32' },
  uniforms: { count: 'u32', unit: 'f32' },
  workgroup: [threads, 1, 1],
  code: `
${flatIndexSnippet}
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_index) local: u32) {
  let i = flatIndex(group, groups, local, ${threads}u);
  if (i < u.count) { sums[i] += f32(units[i]) / u.unit; }
}`,
}

export function rasterizeWebGpu(args: RasterizeArgs, image: Tensor, gpu: GpuRecorder): void {
  const { width, height } = args
  const [red, green, blue] = args.background
  eachView(args, gpu, (view, { order: { visible }, splats: { splats }, bins }) => {
    gpu.dispatch(
      imageKernel,
      { splats, visible, ...bins, image },
      { width, height, view, red, green, blue },
      tileGrid(args),
    )
  })
}

export function contributionsWebGpu(args: SceneArgs, sums: Tensor, gpu: GpuRecorder): void {
  const { width, height } = args
  const count = args.gaussians.shape[0]!
  // all pixels of a view at full weight still fit
  const unit = 2 ** Math.min(20, Math.floor(Math.log2((2 ** 32 - 1) / (width * height))))
  const units = gpu.scratch([count], 'u32')
  gpu.clear(sums)
  eachView(args, gpu, (_, { order, splats: { splats }, bins }) => {
    gpu.clear(units)
    gpu.dispatch(
      weightsKernel,
      { splats, ...order, ...bins, units },
      { width, height, unit },
      tileGrid(args),
    )
    gpu.dispatch(
      addUnitsKernel,
      { units, sums },
      { count, unit },
      spread(Math.max(1, Math.ceil(count / threads))),
    )
  })
}

interface Prepared {
  readonly order: DepthOrder
  readonly splats: Splats
  readonly bins: Bins
}

/** One view at a time through the same memory: what is visible, sorted by depth, projected, sorted into tiles. */
function eachView(
  args: SceneArgs,
  gpu: GpuRecorder,
  blend: (view: number, prepared: Prepared) => void,
): void {
  const sortByDepth = createDepthSort(gpu, args)
  const project = createProjection(gpu, args)
  const bin = createBinning(gpu, args)
  for (let view = 0; view < args.cameras.shape[0]!; view++) {
    const order = sortByDepth(view)
    const splats = project(view, order)
    blend(view, { order, splats, bins: bin(order, splats) })
  }
}

const tileGrid = ({ width, height }: SceneArgs) =>
  [Math.ceil(width / tileSize), Math.ceil(height / tileSize)] as const
