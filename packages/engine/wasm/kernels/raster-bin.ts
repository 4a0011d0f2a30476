// Splats into the tiles of an image.
import { intArg, pointerArg } from './args'
import { COLUMNS, ID, ROWS, SPLAT_BYTES } from './raster-splat'

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
 * the same places into `sums` by Gaussian. A job is a block; its scratch takes a word a tile.
 * Args: splats, splats of each block, starts [blocks, tiles] in pairs, Gaussians a block, tiles a row, tiles,
 * pairs, weights or 0, sums.
 */
export function rasterEmit(args: usize, job: i32, scratch: usize): void {
  const perBlock = intArg(args, 3)
  const tileColumns = intArg(args, 4)
  const tileBytes = <usize>intArg(args, 5) << 2
  const pairs = pointerArg(args, 6)
  const weights = pointerArg(args, 7)
  const sums = pointerArg(args, 8)
  memory.copy(scratch, pointerArg(args, 2) + <usize>job * tileBytes, tileBytes)
  const first = job * perBlock
  const end = first + load<u32>(pointerArg(args, 1) + (job << 2))
  for (let i = first; i < end; i++) {
    const splat = pointerArg(args, 0) + <usize>i * SPLAT_BYTES
    const columnEnd = load<u16>(splat, COLUMNS + 2)
    const rowEnd = load<u16>(splat, ROWS + 2)
    let sum: f32 = 0
    for (let row: i32 = load<u16>(splat, ROWS); row <= <i32>rowEnd; row++) {
      for (let column: i32 = load<u16>(splat, COLUMNS); column <= <i32>columnEnd; column++) {
        const cursor = scratch + ((row * tileColumns + column) << 2)
        const pair = <usize>load<u32>(cursor)
        store<u32>(cursor, <u32>pair + 1)
        if (weights) sum += load<f32>(weights + (pair << 2))
        else store<u32>(pairs + (pair << 2), i)
      }
    }
    const to = sums + (<usize>load<u32>(splat, ID) << 2)
    if (weights) store<f32>(to, load<f32>(to) + sum)
  }
}
