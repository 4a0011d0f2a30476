import { activate, loadSome, multiplyAdd, storeSome } from './simd'

/** A tile is 6 rows x 8 columns: twelve accumulators, two vectors of weights and one of input fill the 16 registers. */
export const TILE_ROWS = 6
export const TILE_COLS = 8
export const TILE_BYTES: usize = 4 * TILE_ROWS * TILE_COLS

/**
 * Products of 6 rows with a panel of 8 columns, into `out` [6, 8].
 *
 * A row is `tapCount` runs of `length` floats: run t starts `taps[t]` bytes after `rows[r]`. A linear
 * layer has one run; a convolution one for each of its taps. The panel [tapCount * length, 8] is contiguous.
 */
export function tile(rows: usize, taps: usize, tapCount: i32, length: i32, panel: usize, out: usize): void {
  let c00 = f32x4.splat(0)
  let c01 = f32x4.splat(0)
  let c10 = f32x4.splat(0)
  let c11 = f32x4.splat(0)
  let c20 = f32x4.splat(0)
  let c21 = f32x4.splat(0)
  let c30 = f32x4.splat(0)
  let c31 = f32x4.splat(0)
  let c40 = f32x4.splat(0)
  let c41 = f32x4.splat(0)
  let c50 = f32x4.splat(0)
  let c51 = f32x4.splat(0)
  let b = panel
  const tapsEnd = taps + (tapCount << 2)
  for (let tap = taps; tap != tapsEnd; tap += 4) {
    const shift = load<u32>(tap)
    let a0 = load<u32>(rows, 0) + shift
    let a1 = load<u32>(rows, 4) + shift
    let a2 = load<u32>(rows, 8) + shift
    let a3 = load<u32>(rows, 12) + shift
    let a4 = load<u32>(rows, 16) + shift
    let a5 = load<u32>(rows, 20) + shift
    const end = b + (length << 5)
    while (b != end) {
      const b0 = v128.load(b)
      const b1 = v128.load(b, 16)
      const x0 = v128.load_splat<f32>(a0)
      c00 = multiplyAdd(x0, b0, c00)
      c01 = multiplyAdd(x0, b1, c01)
      const x1 = v128.load_splat<f32>(a1)
      c10 = multiplyAdd(x1, b0, c10)
      c11 = multiplyAdd(x1, b1, c11)
      const x2 = v128.load_splat<f32>(a2)
      c20 = multiplyAdd(x2, b0, c20)
      c21 = multiplyAdd(x2, b1, c21)
      const x3 = v128.load_splat<f32>(a3)
      c30 = multiplyAdd(x3, b0, c30)
      c31 = multiplyAdd(x3, b1, c31)
      const x4 = v128.load_splat<f32>(a4)
      c40 = multiplyAdd(x4, b0, c40)
      c41 = multiplyAdd(x4, b1, c41)
      const x5 = v128.load_splat<f32>(a5)
      c50 = multiplyAdd(x5, b0, c50)
      c51 = multiplyAdd(x5, b1, c51)
      a0 += 4
      a1 += 4
      a2 += 4
      a3 += 4
      a4 += 4
      a5 += 4
      b += 32
    }
  }
  v128.store(out, c00, 0)
  v128.store(out, c01, 16)
  v128.store(out, c10, 32)
  v128.store(out, c11, 48)
  v128.store(out, c20, 64)
  v128.store(out, c21, 80)
  v128.store(out, c30, 96)
  v128.store(out, c31, 112)
  v128.store(out, c40, 128)
  v128.store(out, c41, 144)
  v128.store(out, c50, 160)
  v128.store(out, c51, 176)
}

/** What becomes of sums: residual + gate * (multiply * activation(sum + bias)). Absent tensors are 0. */
@unmanaged
export class Epilogue {
  out: f64
  columns: f64
  bias: f64
  activation: f64
  multiply: f64
  gate: f64
  residual: f64
}

/**
 * Computes rows x panels [panelFrom, panelTo) and finishes them.
 *
 * `rows` [count, padded to a multiple of 6] are where input rows start; `outs` [count] their row in the output.
 */
export function tiles(
  rows: usize,
  outs: usize,
  count: i32,
  taps: usize,
  tapCount: i32,
  length: i32,
  packed: usize,
  panelFrom: i32,
  panelTo: i32,
  epilogue: Epilogue,
  sums: usize,
): void {
  const panelBytes: usize = <usize>(tapCount * length) << 5
  const out = <usize>epilogue.out
  const columns = <i32>epilogue.columns
  const bias = <usize>epilogue.bias
  const activation = <i32>epilogue.activation
  const multiply = <usize>epilogue.multiply
  const gate = <usize>epilogue.gate
  const residual = <usize>epilogue.residual
  for (let panel = panelFrom; panel < panelTo; panel++) {
    const column = panel * TILE_COLS
    for (let row = 0; row < count; row += TILE_ROWS) {
      tile(rows + (row << 2), taps, tapCount, length, packed + <usize>panel * panelBytes, sums)
      const height = min(TILE_ROWS, count - row)
      for (let r = 0; r < height; r++) {
        const line = <usize>load<u32>(outs + ((row + r) << 2)) * columns
        for (let c = 0; c < TILE_COLS && column + c < columns; c += 4) {
          const lanes = columns - column - c
          const at = (line + column + c) << 2
          const vectorAt = <usize>(column + c) << 2
          let v = v128.load(sums + ((r * TILE_COLS + c) << 2))
          if (bias) v = f32x4.add(v, loadSome(bias + vectorAt, lanes))
          if (activation) v = activate(activation, v)
          if (multiply) v = f32x4.mul(v, loadSome(multiply + at, lanes))
          if (gate) v = f32x4.mul(v, loadSome(gate + vectorAt, lanes))
          if (residual) v = f32x4.add(v, loadSome(residual + at, lanes))
          storeSome(out + at, v, lanes)
        }
      }
    }
  }
}

/** Fills a table of row addresses up to a multiple of the tile's rows with its last entry. */
export function padRows(rows: usize, count: i32): void {
  const last = load<u32>(rows + ((count - 1) << 2))
  while (count % TILE_ROWS) store<u32>(rows + (count++ << 2), last)
}

/** The epilogue whose fields are arguments `index` and following. */
// @ts-ignore: decorator
@inline
export function epilogueArg(args: usize, index: i32): Epilogue {
  return changetype<Epilogue>(args + (index << 3))
}
