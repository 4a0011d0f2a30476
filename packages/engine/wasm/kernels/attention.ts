import { AttentionArguments, TILE_ROWS } from './arguments'
import { packColumns, packRows } from './pack'
import { exp, loadSome, maxLanes, multiplyAdd, storeSome, sumLanes } from './simd'
import { LINE_BYTES, padColumns, padRows, tile, TILE_COLS, ZEROS } from './tile'

/** Below every logit; its power is the smallest number there is, which adds nothing to a sum that is at least 1. */
const NEVER: f32 = -1e30

/**
 * softmax(scale q k^T + bias) v of q[B, L, H, D] and k, v[B, S, H, D]. A job is a block of queries of one
 * head. Keys come in blocks: each row keeps its highest logit, the sum of its powers and its weighted
 * values so far, and scales the latter two down when a higher logit turns up.
 */
export function attention(args: AttentionArguments, job: i32, scratch: usize): void {
  const queries = args.queries
  const keys = args.keys
  const heads = args.heads
  const size = args.size
  const queriesPerJob = args.queriesPerJob
  const keysPerBlock = args.keysPerBlock

  const jobsPerHead = (queries + queriesPerJob - 1) / queriesPerJob
  const first = (job % jobsPerHead) * queriesPerJob
  const head = (job / jobsPerHead) % heads
  const batch = job / (jobsPerHead * heads)
  const count = min(queriesPerJob, queries - first)
  const apart = <usize>(heads * size) << 2 // bytes from one position to the next

  const paddedSize = padColumns(size)
  const products = args.productsIn(scratch)
  const tap = args.tapIn(scratch)
  const queryRows = args.queryRowsIn(scratch)
  const weightRows = args.weightRowsIn(scratch)
  const highest = args.highestIn(scratch)
  const totals = args.totalsIn(scratch)
  const logits = args.logitsIn(scratch)
  const sums = args.sumsIn(scratch)
  const packed = args.packedIn(scratch)

  const q = args.q + <usize>((batch * queries + first) * heads + head) * size * 4
  const keyOffset = <usize>(batch * keys * heads + head) * size * 4
  store<u32>(tap, 0)
  for (let r = 0; r < count; r++) {
    store<u32>(queryRows + (r << 2), <u32>(q + <usize>r * apart))
    store<u32>(weightRows + (r << 2), <u32>(logits + <usize>(r * keysPerBlock) * 4))
    store<f32>(highest + (r << 2), NEVER)
    store<f32>(totals + (r << 2), 0)
  }
  padRows(queryRows, count)
  padRows(weightRows, count)
  memory.fill(sums, 0, <usize>(count * paddedSize) << 2)

  for (let key = 0; key < keys; key += keysPerBlock) {
    const width = min(keysPerBlock, keys - key)
    const k = args.k + keyOffset + <usize>key * apart
    const v = args.v + keyOffset + <usize>key * apart

    for (let j = 0; j < width; j += TILE_COLS) {
      packRows(k + <usize>j * apart, apart, width - j, size, packed)
      for (let r = 0; r < count; r += TILE_ROWS) {
        tile(queryRows + (r << 2), tap, 1, size, packed, ZEROS, products)
        const to = logits + <usize>(r * keysPerBlock + j) * 4
        copyTile(products, to, <usize>keysPerBlock * 4, min(TILE_ROWS, count - r))
      }
    }
    for (let r = 0; r < count; r++) {
      const row = logits + <usize>(r * keysPerBlock) * 4
      finishLogits(args, row, head, first + r, key, width)
      const change = weigh(row, padColumns(width), highest + (r << 2), totals + (r << 2))
      const sumsRow = sums + <usize>(r * paddedSize) * 4
      if (change != 1) for (let d = 0; d < paddedSize; d += 4) scaleAt(sumsRow + (d << 2), change)
    }
    for (let d = 0; d < size; d += TILE_COLS) {
      packColumns(v + (d << 2), apart, width, size - d, packed)
      for (let r = 0; r < count; r += TILE_ROWS) {
        tile(weightRows + (r << 2), tap, 1, width, packed, ZEROS, products)
        addTile(products, sums + <usize>(r * paddedSize + d) * 4, <usize>paddedSize * 4, min(TILE_ROWS, count - r))
      }
    }
  }

  const out = args.out + (q - args.q)
  for (let r = 0; r < count; r++) {
    const share = f32x4.splat(1 / load<f32>(totals + (r << 2)))
    const sumsRow = sums + <usize>(r * paddedSize) * 4
    for (let d = 0; d < size; d += 4) {
      storeSome(out + <usize>r * apart + (d << 2), f32x4.mul(v128.load(sumsRow + (d << 2)), share), size - d)
    }
  }
}

/** Products of one query with `width` keys from `key` on become logits; the row is filled up to whole tiles. */
function finishLogits(
  args: AttentionArguments,
  row: usize,
  head: i32,
  query: i32,
  key: i32,
  width: i32,
): void {
  const queries = args.queries
  const keys = args.keys
  const scale = f32x4.splat(args.scale)
  const relative = args.relativeBias
  const bias = relative + <usize>(head * (queries + keys - 1) + key - query + queries - 1) * 4
  for (let j = 0; j < width; j += 4) {
    const at = row + (j << 2)
    const b = relative ? loadSome(bias + (j << 2), width - j) : f32x4.splat(0)
    v128.store(at, multiplyAdd(v128.load(at), scale, b))
  }
  if (key + width == keys) {
    const last = row + ((width - 1) << 2)
    store<f32>(last, load<f32>(last) + args.logLastKeyCount)
  }
  for (let j = width; j % TILE_COLS; j++) store<f32>(row + (j << 2), NEVER)
}

/** Logits become powers relative to the highest so far. Returns what earlier powers are to be multiplied by. */
function weigh(row: usize, width: i32, highest: usize, total: usize): f32 {
  let most = v128.load(row)
  for (let j = 4; j < width; j += 4) most = f32x4.pmax(most, v128.load(row + (j << 2)))
  const before = load<f32>(highest)
  const now = max(before, maxLanes(most))
  const shift = f32x4.splat(now)
  let sum = f32x4.splat(0)
  for (let j = 0; j < width; j += 4) {
    const power = exp(f32x4.sub(v128.load(row + (j << 2)), shift))
    v128.store(row + (j << 2), power)
    sum = f32x4.add(sum, power)
  }
  const change = now == before ? <f32>1 : f32x4.extract_lane(exp(f32x4.splat(before - now)), 0)
  store<f32>(highest, now)
  store<f32>(total, load<f32>(total) * change + sumLanes(sum))
  return change
}

// @ts-ignore: decorator
@inline
function scaleAt(at: usize, factor: f32): void {
  v128.store(at, f32x4.mul(v128.load(at), f32x4.splat(factor)))
}

function copyTile(from: usize, to: usize, lineBytes: usize, height: i32): void {
  for (let r = 0; r < height; r++, from += LINE_BYTES, to += lineBytes) {
    for (let c: usize = 0; c < LINE_BYTES; c += 16) v128.store(to + c, v128.load(from + c))
  }
}

function addTile(from: usize, to: usize, lineBytes: usize, height: i32): void {
  for (let r = 0; r < height; r++, from += LINE_BYTES, to += lineBytes) {
    for (let c: usize = 0; c < LINE_BYTES; c += 16) {
      v128.store(to + c, f32x4.add(v128.load(to + c), v128.load(from + c)))
    }
  }
}
