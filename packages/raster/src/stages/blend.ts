import type { Kernel } from '@flashworld/engine'
import { limitsSnippet } from '../snippets/limits.ts'
import { splatSnippet, splatVectors, tileSize, tilesSnippet } from '../snippets/splat.ts'

const threads = tileSize * tileSize

/** What becomes of each weight, and of a pixel at its end. */
export interface BlendTarget {
  readonly name: string
  readonly inputs: Kernel['inputs']
  readonly outputs: Kernel['outputs']
  readonly uniforms: Kernel['uniforms']
  /**
   * WGSL. Reads: `light`, how much of it is left behind the splats so far.
   * Defines: `addWeight(weight, j)` for slot j of the batch; `endBatch(thread, rank)`, called by all threads,
   * with the rank of the splat in the slot `thread`; `endPixel(pixel, inside)`.
   */
  readonly code: string
}

/**
 * A workgroup a tile, a thread a pixel. Splats go through workgroup memory in batches, nearest first: those
 * that were sorted into the tile; then, if not all pairs had room, all the others, tested against the tile here.
 */
export const blendKernel = ({ name, inputs, outputs, uniforms, code }: BlendTarget): Kernel => ({
  name: `raster, blend ${name}`,
  inputs: {
    splats: 'vec4<f32>',
    visible: 'u32',
    emitted: 'u32',
    ranks: 'u32',
    ranges: 'u32',
    ...inputs,
  },
  outputs,
  uniforms: { width: 'u32', height: 'u32', ...uniforms },
  workgroup: [tileSize, tileSize, 1],
  code: `
${limitsSnippet}
${splatSnippet}
${tilesSnippet}
var<workgroup> batchA: array<vec4<f32>, ${threads}>;
var<workgroup> batchB: array<vec4<f32>, ${threads}>;
var<workgroup> batchC: array<vec4<f32>, ${threads}>;
var<workgroup> hits: array<atomic<u32>, ${threads / 32}>;
var<workgroup> fullPixels: atomic<u32>;
var<workgroup> allFull: u32;
var<private> light: f32 = 1.0;
var<private> full: bool = false;
${code}
fn loadSplat(slot: u32, rank: u32) {
  batchA[slot] = splats[rank * ${splatVectors}u];
  batchB[slot] = splats[rank * ${splatVectors}u + 1u];
  batchC[slot] = splats[rank * ${splatVectors}u + 2u];
}
fn blendOne(j: u32, pixel: vec2<f32>) {
  let splat = unpackSplat(batchA[j], batchB[j], batchC[j]);
  let d = pixel - splat.center;
  let across = splat.whiten * (d.x + splat.shear * d.y);
  let along = splat.steep * d.y;
  let alpha = min(maxAlpha, splat.opacity * exp(-(across * across + along * along)));
  if (alpha < minAlpha) { return; }
  let next = light * (1.0 - alpha);
  if (next <= minTransmittance) {
    full = true;
    atomicAdd(&fullPixels, 1u);
    return;
  }
  addWeight(alpha * light, j);
  light = next;
}
// The same answer in all threads. Also a barrier: what was in workgroup memory may be overwritten.
fn tileIsFull(thread: u32) -> bool {
  workgroupBarrier();
  if (thread == 0u) { allFull = select(0u, 1u, atomicLoad(&fullPixels) == ${threads}u); }
  return workgroupUniformLoad(&allFull) == 1u;
}
fn main(@builtin(workgroup_id) tile: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>,
        @builtin(local_invocation_index) thread: u32) {
  let column = tile.x * tileSize + local.x;
  let row = tile.y * tileSize + local.y;
  let pixel = vec2(f32(column), f32(row)) + 0.5;
  let inside = column < u.width && row < u.height;
  if (!inside) {
    full = true;
    atomicAdd(&fullPixels, 1u);
  }

  let at = (tile.y * tileGrid().x + tile.x) * 2u;
  for (var first = ranges[at]; first < ranges[at + 1u]; first += ${threads}u) {
    if (tileIsFull(thread)) { break; }
    let size = min(${threads}u, ranges[at + 1u] - first);
    let rank = ranks[first + min(thread, size - 1u)];
    if (thread < size) { loadSplat(thread, rank); }
    workgroupBarrier();
    for (var j = 0u; j < size && !full; j++) { blendOne(j, pixel); }
    endBatch(thread, rank);
  }

  for (var first = emitted[0]; first < visible[0]; first += ${threads}u) {
    if (tileIsFull(thread)) { break; }
    if (thread < ${threads / 32}u) { atomicStore(&hits[thread], 0u); }
    workgroupBarrier();
    let rank = first + thread;
    if (rank < visible[0]) {
      loadSplat(thread, rank);
      let splat = unpackSplat(batchA[thread], batchB[thread], batchC[thread]);
      let rows = tileRows(splat);
      let columns = tileColumns(splat, tile.y);
      if (rows.x <= tile.y && tile.y < rows.y && columns.x <= tile.x && tile.x < columns.y) {
        atomicOr(&hits[thread / 32u], 1u << (thread % 32u));
      }
    }
    workgroupBarrier();
    for (var word = 0u; word < ${threads / 32}u; word++) {
      for (var left = atomicLoad(&hits[word]); left != 0u && !full; left &= left - 1u) {
        blendOne(word * 32u + countTrailingZeros(left), pixel);
      }
    }
    endBatch(thread, rank);
  }
  endPixel(vec2(column, row), inside);
}`,
})
