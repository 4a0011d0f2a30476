import { intArg, pointerArg } from './args'
import { packRows } from './pack'
import { epilogueArg, padRows, TILE_BYTES, TILE_COLS, tiles } from './tile'

/**
 * Weights w[N, K] into panels [ceil(N / TILE_COLS), K, TILE_COLS]; columns past N are 0. A job is one panel.
 * Args: w, packed, N, K.
 */
export function packPanels(args: usize, job: i32, scratch: usize): void {
  const n = intArg(args, 2)
  const k = intArg(args, 3)
  const offset = <usize>(job * TILE_COLS) * k * 4
  packRows(pointerArg(args, 0) + offset, <usize>k << 2, n - job * TILE_COLS, k, pointerArg(args, 1) + offset)
}

/**
 * x[M, K] with packed weights. A job is a block of rows by a block of panels.
 * Args: x, packed, M, K, rows a job, panels a job, panels; then the epilogue.
 * Scratch: the tile, one tap, and two tables of `rows a job` + 5.
 */
export function linear(args: usize, job: i32, scratch: usize): void {
  const m = intArg(args, 2)
  const k = intArg(args, 3)
  const height = intArg(args, 4)
  const width = intArg(args, 5)
  const panels = intArg(args, 6)
  const rowJobs = (m + height - 1) / height
  const first = (job % rowJobs) * height
  const panelFrom = (job / rowJobs) * width
  const count = min(height, m - first)

  const tap = scratch + TILE_BYTES
  const rows = tap + 16
  const outs = rows + ((height + 5) << 2)
  store<u32>(tap, 0)
  const x = pointerArg(args, 0)
  for (let r = 0; r < count; r++) {
    store<u32>(rows + (r << 2), <u32>(x + <usize>(first + r) * k * 4))
    store<u32>(outs + (r << 2), first + r)
  }
  padRows(rows, count)
  const panelTo = min(panelFrom + width, panels)
  tiles(rows, outs, count, tap, 1, k, pointerArg(args, 1), panelFrom, panelTo, epilogueArg(args, 7), scratch)
}
