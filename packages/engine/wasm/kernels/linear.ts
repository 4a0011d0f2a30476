import { LinearArguments, PackPanelsArguments } from './arguments'
import { packRows } from './pack'
import { LINE_BYTES, padRows, TILE_BYTES, TILE_COLS, tiles } from './tile'

/**
 * Weights w[N, K] into panels [ceil(N / TILE_COLS), K, TILE_COLS]; columns past N are 0. A job is one panel.
 */
export function packPanels(args: PackPanelsArguments, job: i32, scratch: usize): void {
  const n = args.n
  const k = args.k
  const offset = <usize>(job * TILE_COLS) * k * 4
  packRows(args.from + offset, <usize>k << 2, n - job * TILE_COLS, k, args.to + offset)
}

/**
 * x[M, K] with packed weights. A job is a block of rows by a block of panels, `depth` of K at a time: so much of a
 * panel stays in a core's first-level cache, and of the rows in its second.
 */
export function linear(args: LinearArguments, job: i32, scratch: usize): void {
  const m = args.m
  const k = args.k
  const height = args.rowsPerJob
  const width = args.panelsPerJob
  const panels = args.panels
  const depth = args.depth
  const rowJobs = (m + height - 1) / height
  const first = (job % rowJobs) * height
  const panelFrom = (job / rowJobs) * width
  const count = min(height, m - first)

  const tap = args.tapIn(scratch)
  const rows = args.rowsIn(scratch)
  const outs = args.outsIn(scratch)
  const sums = args.sumsIn(scratch)
  const x = args.x
  for (let r = 0; r < count; r++) {
    store<u32>(rows + (r << 2), <u32>(x + <usize>(first + r) * k * 4))
    store<u32>(outs + (r << 2), first + r)
  }
  padRows(rows, count)
  const panelTo = min(panelFrom + width, panels)
  const epilogue = args.epilogue
  const tileApart = depth < k ? TILE_BYTES : 0
  for (let from = 0; from < k; from += depth) {
    const length = min(depth, k - from)
    store<u32>(tap, from << 2)
    const packed = args.packed + <usize>from * LINE_BYTES
    const isLast = from + length == k
    // prettier-ignore
    tiles(rows, outs, count, tap, 1, length, packed, <usize>k * LINE_BYTES, panelFrom, panelTo, epilogue, sums, tileApart, from == 0, isLast)
  }
}
