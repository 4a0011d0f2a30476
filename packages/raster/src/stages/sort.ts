import type { GpuRecorder, Kernel, Tensor } from '@flashworld/engine'
import { createPrefixSum, createRadixSort, flatIndexSnippet, spread } from '@flashworld/engine'
import { far, near } from '../limits.ts'
import { footprintSnippet } from '../snippets/footprint.ts'
import { limitsSnippet } from '../snippets/limits.ts'
import { viewSnippet } from '../snippets/view.ts'
import type { SceneArgs } from '../arguments.ts'

const threads = 256

const bitsOf = (x: number) => new Uint32Array(Float32Array.of(x).buffer)[0]!

/** Positive floats sort as their bits do; counted from `near` they need fewer of them. */
const depthBits = 32 - Math.clz32(bitsOf(far) - bitsOf(near))

/** Which Gaussians the view may show, and how far each is. */
const cullKernel: Kernel = {
  name: 'raster, cull',
  inputs: { gaussians: 'f32', cameras: 'f32' },
  outputs: { shows: 'u32', depths: 'u32' },
  uniforms: { count: 'u32', view: 'u32', width: 'u32', height: 'u32' },
  workgroup: [threads, 1, 1],
  code: `
${limitsSnippet}
${viewSnippet}
${footprintSnippet}
${flatIndexSnippet}
fn showsAtAll(index: u32, view: View) -> bool {
  let f = footprintOf(index, view);
  let reach = sqrt(2.0 * log(opacityOf(index) / minAlpha)) * sqrt(vec2(f.xx, f.yy)) + 1.0;
  return all(f.center + reach > vec2(0.0)) && all(f.center - reach < vec2(f32(u.width), f32(u.height)));
}
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_index) local: u32) {
  let i = flatIndex(group, groups, local, ${threads}u);
  if (i >= u.count) { return; }
  let view = loadView(u.view);
  let z = dot(view.forward, centerOf(i) - view.position);
  shows[i] = 0u;
  if (z >= near && z <= far && opacityOf(i) >= minAlpha) {
    depths[i] = bitcast<u32>(z) - bitcast<u32>(near);
    shows[i] = select(0u, 1u, showsAtAll(i, view));
  }
}`,
}

/** Moves those that show together, in the scene's order. */
const compactKernel: Kernel = {
  name: 'raster, compact',
  inputs: { shows: 'u32', depths: 'u32', places: 'u32' },
  outputs: { keys: 'u32', ids: 'u32', visible: 'u32' },
  uniforms: { count: 'u32' },
  workgroup: [threads, 1, 1],
  code: `
${flatIndexSnippet}
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_index) local: u32) {
  let i = flatIndex(group, groups, local, ${threads}u);
  if (i >= u.count) { return; }
  if (shows[i] == 1u) {
    keys[places[i]] = depths[i];
    ids[places[i]] = i;
  }
  if (i == u.count - 1u) { visible[0] = places[i] + shows[i]; }
}`,
}

export interface DepthOrder {
  /** `[N]` u32: which Gaussians the view may show, the nearest first; equally near ones in the scene's order. */
  readonly ids: Tensor
  /** `[1]` u32: how many they are. */
  readonly visible: Tensor
}

/** Prepares the depth order of a scene, which the function that comes back records for one view. */
export function createDepthSort(
  gpu: GpuRecorder,
  { gaussians, cameras, width, height }: SceneArgs,
): (view: number) => DepthOrder {
  const count = gaussians.shape[0]!
  const words = () => gpu.scratch([count], 'u32')
  const [shows, depths, keys, ids] = [words(), words(), words(), words()]
  const visible = gpu.scratch([1], 'u32')
  const placesOf = createPrefixSum(gpu, count)
  const sort = createRadixSort(gpu, { capacity: count, bits: depthBits })
  const grid = spread(Math.max(1, Math.ceil(count / threads)))

  return (view) => {
    gpu.clear(visible)
    gpu.dispatch(
      cullKernel,
      { gaussians, cameras, shows, depths },
      { count, view, width, height },
      grid,
    )
    gpu.dispatch(
      compactKernel,
      { shows, depths, places: placesOf(shows), keys, ids, visible },
      { count },
      grid,
    )
    return {
      ids: sort({ keys, values: ids, count: { words: visible, offset: 0 } }).values,
      visible,
    }
  }
}
