import type { GpuRecorder, Kernel, Tensor } from '@flashworld/engine'
import { createPrefixSum, createRadixSort, flatIndexSnippet, spread } from '@flashworld/engine'
import type { SceneArgs } from '../arguments.ts'
import { splatSnippet, splatVectors, tileSize, tilesSnippet } from '../snippets/splat.ts'
import type { Splats } from './project.ts'
import type { DepthOrder } from './sort.ts'

const threads = 256

/**
 * Room for pairs of a tile and a splat: four a Gaussian, several times what a scene of the model takes.
 * What does not fit is not lost: blending looks through the rest itself.
 */
const pairsPerGaussian = 4
const leastPairs = 1 << 16

/**
 * Writes the pairs of each splat, nearest first, as long as all of them fit.
 * The tiles are found anew, and a compiler may round them differently here than where they were counted:
 * a pair too few is filled with a tile behind the last one, a pair too many lies in the spare room that
 * `tilesSnippet` adds, so no pixel needs it.
 */
const emitKernel: Kernel = {
  name: 'raster, emit',
  inputs: { splats: 'vec4<f32>', visible: 'u32', tileCounts: 'u32', firstPairs: 'u32' },
  outputs: { tiles: 'u32', ranks: 'u32', emitted: 'u32' },
  uniforms: { count: 'u32', capacity: 'u32', width: 'u32', height: 'u32' },
  workgroup: [threads, 1, 1],
  code: `
${splatSnippet}
${tilesSnippet}
${flatIndexSnippet}
fn fits(rank: u32) -> bool {
  return firstPairs[rank] <= u.capacity && tileCounts[rank] <= u.capacity - firstPairs[rank];
}
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_index) local: u32) {
  let rank = flatIndex(group, groups, local, ${threads}u);
  if (rank >= min(u.count, visible[0]) || !fits(rank)) { return; }
  var pair = firstPairs[rank];
  let end = pair + tileCounts[rank];
  if (rank + 1u == visible[0] || !fits(rank + 1u)) {
    emitted[0] = rank + 1u;
    emitted[1] = end;
  }
  let at = rank * ${splatVectors}u;
  let splat = unpackSplat(splats[at], splats[at + 1u], splats[at + 2u]);
  let grid = tileGrid();
  let rows = tileRows(splat);
  for (var row = rows.x; row < rows.y; row++) {
    let columns = tileColumns(splat, row);
    for (var column = columns.x; column < columns.y && pair < end; column++) {
      tiles[pair] = row * grid.x + column;
      ranks[pair] = rank;
      pair++;
    }
  }
  for (; pair < end; pair++) { tiles[pair] = grid.x * grid.y; }
}`,
}

/** Where each tile's pairs begin and end. */
const rangesKernel: Kernel = {
  name: 'raster, ranges',
  inputs: { tiles: 'u32', emitted: 'u32' },
  outputs: { ranges: 'u32' },
  uniforms: { tileCount: 'u32' },
  workgroup: [threads, 1, 1],
  code: `
${flatIndexSnippet}
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_index) local: u32) {
  let pair = flatIndex(group, groups, local, ${threads}u);
  let end = emitted[1];
  if (pair >= end) { return; }
  let tile = tiles[pair];
  if (tile >= u.tileCount) { return; }
  if (pair == 0u || tiles[pair - 1u] != tile) { ranges[tile * 2u] = pair; }
  if (pair + 1u == end || tiles[pair + 1u] != tile) { ranges[tile * 2u + 1u] = pair + 1u; }
}`,
}

export interface Bins {
  /** u32: depth ranks of splats, tile by tile, the nearest first in each. */
  readonly ranks: Tensor
  /** `[tiles, 2]` u32: the first and the end of each tile's part of `ranks`. */
  readonly ranges: Tensor
  /** u32: how many of the nearest splats have all of their pairs in `ranks`, then how many pairs that makes. */
  readonly emitted: Tensor
}

/** Prepares the sorting of splats into the tiles of an image. */
export function createBinning(
  gpu: GpuRecorder,
  { gaussians, width, height }: SceneArgs,
): (order: DepthOrder, projected: Splats) => Bins {
  const count = gaussians.shape[0]!
  const capacity = Math.max(leastPairs, count * pairsPerGaussian)
  const tileCount = Math.ceil(width / tileSize) * Math.ceil(height / tileSize)
  const tiles = gpu.scratch([capacity], 'u32')
  const ranks = gpu.scratch([capacity], 'u32')
  const emitted = gpu.scratch([2], 'u32')
  const ranges = gpu.scratch([tileCount, 2], 'u32')
  const firstPairsOf = createPrefixSum(gpu, count)
  const sort = createRadixSort(gpu, { capacity, bits: 32 - Math.clz32(tileCount) })

  return ({ visible }, { splats, tileCounts }) => {
    gpu.clear(emitted)
    gpu.clear(ranges)
    const firstPairs = firstPairsOf(tileCounts)
    const perSplat = spread(Math.max(1, Math.ceil(count / threads)))
    const tensors = { splats, visible, tileCounts, firstPairs, tiles, ranks, emitted }
    gpu.dispatch(emitKernel, tensors, { count, capacity, width, height }, perSplat)
    const sorted = sort({ keys: tiles, values: ranks, count: { words: emitted, offset: 1 } })
    gpu.dispatch(
      rangesKernel,
      { tiles: sorted.keys, emitted, ranges },
      { tileCount },
      spread(Math.ceil(capacity / threads)),
    )
    return { ranks: sorted.values, ranges, emitted }
  }
}
