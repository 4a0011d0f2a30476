import type { GpuRecorder, Kernel, Tensor } from '@flashworld/engine'
import { flatIndexSnippet, spread } from '@flashworld/engine'
import type { SceneArgs } from '../arguments.ts'
import { colorSnippet } from '../snippets/color.ts'
import { footprintSnippet } from '../snippets/footprint.ts'
import { limitsSnippet } from '../snippets/limits.ts'
import { splatSnippet, splatVectors, tilesSnippet } from '../snippets/splat.ts'
import { viewSnippet } from '../snippets/view.ts'
import type { DepthOrder } from './sort.ts'

const threads = 256

const projectKernel: Kernel = {
  name: 'raster, project',
  inputs: { gaussians: 'f32', cameras: 'f32', ids: 'u32', visible: 'u32' },
  outputs: { splats: 'vec4<f32>', tileCounts: 'u32' },
  uniforms: { count: 'u32', view: 'u32', width: 'u32', height: 'u32' },
  workgroup: [threads, 1, 1],
  code: `
${limitsSnippet}
${viewSnippet}
${footprintSnippet}
${colorSnippet}
${splatSnippet}
${tilesSnippet}
${flatIndexSnippet}
fn splatOf(index: u32, view: View) -> Splat {
  let f = footprintOf(index, view);
  let away = centerOf(index) - view.position;
  let opacity = opacityOf(index);
  return Splat(
    f.center,
    sqrt(0.5 * f.yy / f.determinant),
    -f.xy / f.yy,
    sqrt(0.5 / f.yy),
    opacity,
    log(opacity / minAlpha) * 1.0001 + 1e-4,
    vec4(colorOf(index, normalize(away)), dot(view.forward, away)),
  );
}
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_index) local: u32) {
  let rank = flatIndex(group, groups, local, ${threads}u);
  if (rank >= u.count) { return; }
  tileCounts[rank] = 0u;
  if (rank >= visible[0]) { return; }
  let splat = splatOf(ids[rank], loadView(u.view));
  let packed = packSplat(splat);
  for (var i = 0u; i < ${splatVectors}u; i++) { splats[rank * ${splatVectors}u + i] = packed[i]; }
  let rows = tileRows(splat);
  var tiles = 0u;
  for (var row = rows.x; row < rows.y; row++) {
    let columns = tileColumns(splat, row);
    tiles += columns.y - columns.x;
  }
  tileCounts[rank] = tiles;
}`,
}

export interface Splats {
  /** Packed splats by depth rank. */
  readonly splats: Tensor
  /** `[N]` u32: the tiles that each splat may show in. */
  readonly tileCounts: Tensor
}

/** Prepares the projection of what a view shows. */
export function createProjection(
  gpu: GpuRecorder,
  { gaussians, cameras, width, height }: SceneArgs,
): (view: number, order: DepthOrder) => Splats {
  const count = gaussians.shape[0]!
  const splats = gpu.scratch([count, splatVectors, 4], 'f32')
  const tileCounts = gpu.scratch([count], 'u32')
  return (view, order) => {
    const grid = spread(Math.max(1, Math.ceil(count / threads)))
    const tensors = { gaussians, cameras, ...order, splats, tileCounts }
    gpu.dispatch(projectKernel, tensors, { count, view, width, height }, grid)
    return { splats, tileCounts }
  }
}
