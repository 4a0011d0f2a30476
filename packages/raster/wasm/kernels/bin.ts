// Splats into the tiles of an image.
import { RasterEmitArguments, SPLAT_BYTES } from './arguments'
import { COLUMNS, ID, ROWS } from './splat'

/** Adds a splat to the counts of its tiles. */
export function countTiles(splat: usize, tally: usize, tileColumns: i32): void {
  const columnEnd = load<u16>(splat, COLUMNS + 2)
  const rowEnd = load<u16>(splat, ROWS + 2)
  for (let row: i32 = load<u16>(splat, ROWS); row <= <i32>rowEnd; row++) {
    for (let column: i32 = load<u16>(splat, COLUMNS); column <= <i32>columnEnd; column++) {
      const at = tally + ((row * tileColumns + column) << 2)
      store<u32>(at, load<u32>(at) + 1)
    }
  }
}

/**
 * Writes each splat's number into its tiles' parts of `pairs`; or, when there are `weights`, adds up those at
 * the same places into `sums` by Gaussian. A job is a block of Gaussians.
 */
export function rasterEmit(args: RasterEmitArguments, job: i32, scratch: usize): void {
  const perBlock = args.perBlock
  const tileColumns = args.tileColumns
  const tileBytes = (<usize>args.tileCount) << 2
  const pairs = args.pairs
  const weights = args.weights
  const sums = args.sums
  const cursors = args.cursorsIn(scratch)
  memory.copy(cursors, args.pairStarts + <usize>job * tileBytes, tileBytes)
  const first = job * perBlock
  const end = first + load<u32>(args.splatCounts + (job << 2))
  for (let i = first; i < end; i++) {
    const splat = args.splats + <usize>i * SPLAT_BYTES
    const columnEnd = load<u16>(splat, COLUMNS + 2)
    const rowEnd = load<u16>(splat, ROWS + 2)
    let sum: f32 = 0
    for (let row: i32 = load<u16>(splat, ROWS); row <= <i32>rowEnd; row++) {
      for (let column: i32 = load<u16>(splat, COLUMNS); column <= <i32>columnEnd; column++) {
        const cursor = cursors + ((row * tileColumns + column) << 2)
        const pair = <usize>load<u32>(cursor)
        store<u32>(cursor, <u32>pair + 1)
        if (weights) sum += load<f32>(weights + (pair << 2))
        else store<u32>(pairs + (pair << 2), i)
      }
    }
    const to = sums + ((<usize>load<u32>(splat, ID)) << 2)
    if (weights) store<f32>(to, load<f32>(to) + sum)
  }
}
