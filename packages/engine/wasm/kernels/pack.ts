import { LINE_BYTES, TILE_COLS } from './tile'

/**
 * As many rows of k floats as a tile has columns, `apart` bytes from one to the next, as columns:
 * [k, TILE_COLS]. Rows from `count` on are 0.
 */
export function packRows(from: usize, apart: usize, count: i32, k: i32, panel: usize): void {
  if (count >= TILE_COLS) {
    for (let c: usize = 0; c < LINE_BYTES; c += 16) packFour(from + (c >> 2) * apart, apart, k, panel + c)
    return
  }
  memory.fill(panel, 0, <usize>k * LINE_BYTES)
  for (let r: usize = 0; r < <usize>count; r++) packOne(from + r * apart, 0, k, panel + (r << 2))
}

/** Four rows into four of the panel's columns, 4 x 4 at a time. */
function packFour(from: usize, apart: usize, k: i32, panel: usize): void {
  const whole = k & ~3
  for (let i = 0; i < whole; i += 4) {
    const at = from + (i << 2)
    const a = v128.load(at)
    const b = v128.load(at + apart)
    const c = v128.load(at + 2 * apart)
    const d = v128.load(at + 3 * apart)
    const ab0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5)
    const ab1 = v128.shuffle<f32>(a, b, 2, 6, 3, 7)
    const cd0 = v128.shuffle<f32>(c, d, 0, 4, 1, 5)
    const cd1 = v128.shuffle<f32>(c, d, 2, 6, 3, 7)
    const to = panel + <usize>i * LINE_BYTES
    v128.store(to, v128.shuffle<f32>(ab0, cd0, 0, 1, 4, 5))
    v128.store(to, v128.shuffle<f32>(ab0, cd0, 2, 3, 6, 7), LINE_BYTES)
    v128.store(to, v128.shuffle<f32>(ab1, cd1, 0, 1, 4, 5), 2 * LINE_BYTES)
    v128.store(to, v128.shuffle<f32>(ab1, cd1, 2, 3, 6, 7), 3 * LINE_BYTES)
  }
  for (let r: usize = 0; r < 4; r++) packOne(from + r * apart, whole, k, panel + (r << 2))
}

function packOne(from: usize, start: i32, k: i32, column: usize): void {
  for (let i = start; i < k; i++) store<f32>(column + <usize>i * LINE_BYTES, load<f32>(from + (i << 2)))
}

/** The first TILE_COLS of `columns` columns of `count` rows, `apart` bytes from one to the next, as a panel [count, TILE_COLS]. */
export function packColumns(from: usize, apart: usize, count: i32, columns: i32, panel: usize): void {
  for (let i = 0; i < count; i++, from += apart, panel += LINE_BYTES) {
    if (columns >= TILE_COLS) {
      for (let c: usize = 0; c < LINE_BYTES; c += 16) v128.store(panel + c, v128.load(from + c))
    } else {
      for (let c = 0; c < TILE_COLS; c++) {
        store<f32>(panel + (c << 2), c < columns ? load<f32>(from + (c << 2)) : 0)
      }
    }
  }
}
