import { intArg, pointerArg } from './args'
import { packRows } from './pack'
import { epilogueArg, LINE_BYTES, padRows, TILE_BYTES, TILE_COLS, tiles } from './tile'

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
 * x[M, K] with packed weights. A job is a block of rows by a block of panels, `depth` of K at a time: so much of a
 * panel stays in a core's first-level cache, and of the rows in its second.
 * Args: x, packed, M, K, rows a job, panels a job, panels, depth; then the epilogue.
 * Scratch: one tap, two tables of `rows a job` + 5, and the tiles: one, or all of the job when `depth` is less than K.
 */
export function linear(args: usize, job: i32, scratch: usize): void {
  const m = intArg(args, 2)
  const k = intArg(args, 3)
  const height = intArg(args, 4)
  const width = intArg(args, 5)
  const panels = intArg(args, 6)
  const depth = intArg(args, 7)
  const rowJobs = (m + height - 1) / height
  const first = (job % rowJobs) * height
  const panelFrom = (job / rowJobs) * width
  const count = min(height, m - first)

  const tap = scratch
  const rows = tap + 16
  const outs = rows + ((height + 5) << 2)
  const sums = (outs + ((height + 5) << 2) + 15) & ~15
  const x = pointerArg(args, 0)
  for (let r = 0; r < count; r++) {
    store<u32>(rows + (r << 2), <u32>(x + <usize>(first + r) * k * 4))
    store<u32>(outs + (r << 2), first + r)
  }
  padRows(rows, count)
  const panelTo = min(panelFrom + width, panels)
  const epilogue = epilogueArg(args, 8)
  const tileApart = depth < k ? TILE_BYTES : 0
  for (let from = 0; from < k; from += depth) {
    const length = min(depth, k - from)
    store<u32>(tap, from << 2)
    const packed = pointerArg(args, 1) + <usize>from * LINE_BYTES
    const isLast = from + length == k
    // prettier-ignore
    tiles(rows, outs, count, tap, 1, length, packed, <usize>k * LINE_BYTES, panelFrom, panelTo, epilogue, sums, tileApart, from == 0, isLast)
  }
}
