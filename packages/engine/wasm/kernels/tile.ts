import { Epilogue, TILE_ROWS } from './arguments'
import { activate, loadSome, storeSome } from './simd'
import { narrowTile } from './tile-narrow'
import { wideTile } from './tile-wide'

/**
 * A tile is 6 rows x two vectors of columns: twelve accumulators, two vectors of weights and one of input fill
 * 15 registers. Where the build is `WIDE`, vectors are pairs: see tile-wide.ts.
 */
export const TILE_COLS = WIDE ? 16 : 8
/** Of one of its rows, and of a panel's. */
export const LINE_BYTES: usize = 4 * TILE_COLS
export const TILE_BYTES: usize = 4 * TILE_ROWS * TILE_COLS

/** A tile of zeros, to start sums from. */
export const ZEROS = memory.data(384, 16)

/**
 * Products of 6 rows with a panel of `TILE_COLS` columns, added to `from` [6, TILE_COLS], into `out` [6, TILE_COLS].
 *
 * A row is `tapCount` runs of `length` floats: run t starts `taps[t]` bytes after `rows[r]`. A linear
 * layer has one run; a convolution one for each of its taps. The panel [tapCount * length, TILE_COLS] is contiguous.
 */
// @ts-ignore: decorator
@inline
export function tile(rows: usize, taps: usize, tapCount: i32, length: i32, panel: usize, from: usize, out: usize): void {
  if (WIDE) wideTile(rows, taps, tapCount, length, panel, from, out)
  else narrowTile(rows, taps, tapCount, length, panel, from, out)
}

/**
 * Computes rows x panels [panelFrom, panelTo), panels being `panelBytes` apart, and finishes them when they are whole.
 *
 * `rows` [count, padded to a multiple of 6] are where input rows start; `outs` [count] their row in the output.
 * Where the sums come in several parts, they wait between two calls in tiles from `sums` on, `tileApart` bytes
 * apart; else one tile, used again and again, is enough.
 */
export function tiles(
  rows: usize,
  outs: usize,
  count: i32,
  taps: usize,
  tapCount: i32,
  length: i32,
  packed: usize,
  panelBytes: usize,
  panelFrom: i32,
  panelTo: i32,
  epilogue: Epilogue,
  sums: usize,
  tileApart: usize,
  isFirst: bool,
  isLast: bool,
): void {
  for (let panel = panelFrom; panel < panelTo; panel++) {
    for (let row = 0; row < count; row += TILE_ROWS, sums += tileApart) {
      const from = isFirst ? ZEROS : sums
      tile(rows + (row << 2), taps, tapCount, length, packed + <usize>panel * panelBytes, from, sums)
      if (isLast) finishTile(sums, outs + (row << 2), min(TILE_ROWS, count - row), panel * TILE_COLS, epilogue)
    }
  }
}

/** What becomes of sums: residual + gate * (multiply * activation(sum + bias)). Absent tensors are 0. */
function finishTile(sums: usize, outs: usize, height: i32, column: i32, epilogue: Epilogue): void {
  const out = epilogue.out
  const columns = epilogue.columns
  const bias = epilogue.bias
  const activation = epilogue.activation
  const multiply = epilogue.multiply
  const gate = epilogue.gate
  const residual = epilogue.residual
  const width = min(TILE_COLS, columns - column)
  for (let c = 0; c < width; c += 4) {
    const lanes = width - c
    const vectorAt = <usize>(column + c) << 2
    const b = bias ? loadSome(bias + vectorAt, lanes) : f32x4.splat(0)
    const isSum = lanes >= 4 && !activation && !multiply && !gate && !residual
    for (let r = 0; r < height; r++) {
      const at = ((<usize>load<u32>(outs + (r << 2)) * columns) << 2) + vectorAt
      let v = f32x4.add(v128.load(sums + ((r * TILE_COLS + c) << 2)), b)
      if (isSum) {
        v128.store(out + at, v)
        continue
      }
      if (activation) v = activate(activation, v)
      if (multiply) v = f32x4.mul(v, loadSome(multiply + at, lanes))
      if (gate) v = f32x4.mul(v, loadSome(gate + vectorAt, lanes))
      if (residual) v = f32x4.add(v, loadSome(residual + at, lanes))
      storeSome(out + at, v, lanes)
    }
  }
}

/** Fills a table of row addresses up to a multiple of the tile's rows with its last entry. */
export function padRows(rows: usize, count: i32): void {
  const last = load<u32>(rows + ((count - 1) << 2))
  while (count % TILE_ROWS) store<u32>(rows + (count++ << 2), last)
}

export function tileColumns(): i32 {
  return TILE_COLS
}

/** `columns` up to a multiple of the tile's. */
// @ts-ignore: decorator
@inline
export function padColumns(columns: i32): i32 {
  return (columns + (TILE_COLS - 1)) & ~(TILE_COLS - 1)
}
