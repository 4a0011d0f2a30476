// Splats into the tiles of an image.
import { PAIR_BYTES, RasterEmitArguments, SPLAT_BYTES } from './arguments'
import { BOX, DEPTH, ID, TILE_SPAN_BITS } from './splat'

// First and last column and row of a splat's tiles.
// @ts-ignore: decorator
@inline
function tileAt(splat: usize, bound: usize): u32 {
  return load<u32>(splat + (bound << 2), BOX) >> TILE_SPAN_BITS
}

/** Adds a splat to the counts of its tiles. */
export function countTiles(splat: usize, tally: usize, tileColumns: u32): void {
  const first = tileAt(splat, 0)
  const last = tileAt(splat, 1)
  const rowEnd = tileAt(splat, 3)
  for (let row = tileAt(splat, 2); row <= rowEnd; row++) {
    for (let column = first; column <= last; column++) {
      const at = tally + ((row * tileColumns + column) << 2)
      store<u32>(at, load<u32>(at) + 1)
    }
  }
}

/**
 * Writes each splat's number and depth into its tiles' parts of `pairs`; or, when there are `weights`, adds up those at
 * the same places into `sums` by Gaussian. A job is a block of Gaussians in a view.
 */
export function rasterEmit(args: RasterEmitArguments, job: i32, scratch: usize): void {
  const tileColumns = args.tileColumns
  const tileBytes = (<usize>args.tileCount) << 2
  const pairs = args.pairs
  const weights = args.weights
  const sums = args.sums
  const cursors = args.cursorsIn(scratch)
  memory.copy(cursors, args.pairStarts + <usize>job * tileBytes, tileBytes)
  const start = job * args.perBlock
  const end = start + load<u32>(args.splatCounts + (job << 2))
  for (let i = start; i < end; i++) {
    const splat = args.splats + <usize>i * SPLAT_BYTES
    const first = tileAt(splat, 0)
    const last = tileAt(splat, 1)
    const rowEnd = tileAt(splat, 3)
    const pair = <u64>(<u32>i) | (<u64>load<u32>(splat, DEPTH) << 32)
    let sum: f32 = 0
    for (let row = tileAt(splat, 2); row <= rowEnd; row++) {
      for (let column = first; column <= last; column++) {
        const cursor = cursors + ((row * tileColumns + column) << 2)
        const place = <usize>load<u32>(cursor)
        store<u32>(cursor, <u32>place + 1)
        if (weights) sum += load<f32>(weights + (place << 2))
        else store<u64>(pairs + place * PAIR_BYTES, pair)
      }
    }
    const to = sums + ((<usize>load<u32>(splat, ID)) << 2)
    if (weights) store<f32>(to, load<f32>(to) + sum)
  }
}
