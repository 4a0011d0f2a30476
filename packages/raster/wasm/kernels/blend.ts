// Tiles of splats to pixels.
import { multiplyAdd, sumLanes } from '@flashworld/engine/wasm/kernels/simd'
import {
  BATCH,
  BATCH_ENTRY_BYTES,
  PAIR_BYTES,
  PLANE_BYTES,
  RasterBlendArguments,
  TILE_HEIGHT,
  TILE_WIDTH,
} from './arguments'
import { fillBatch, GROUPS, groupsWithin, MIDDLE, NUMBER, ROW_POWER, SPLAT } from './batch'
import { sortByKey } from './radix-sort'
import { COLOR, DEPTH, OPACITY, PAIR_SPLAT, WHITEN } from './splat'

// What a tile keeps of its 32 x 8 pixels, in scratch: 64 groups of four in a row, one plane after the other. The light
// that splats still get is 0 once nothing more is drawn; what was left of it then is in LEFT.
const LIGHT: usize = 0
const RED: usize = PLANE_BYTES
const GREEN: usize = 2 * PLANE_BYTES
const BLUE: usize = 3 * PLANE_BYTES
const FAR: usize = 4 * PLANE_BYTES
const LEFT: usize = 5 * PLANE_BYTES
const COLUMN: usize = 6 * PLANE_BYTES

/**
 * Blends a tile, nearest splat first, into its view of `images`; or writes each pair's weight to `weights`.
 * A job is a tile of a view.
 */
export function rasterBlend(args: RasterBlendArguments, job: i32, scratch: usize): void {
  const width = args.width
  const height = args.height
  const tileColumns = (width + TILE_WIDTH - 1) / TILE_WIDTH
  const tileCount = tileColumns * ((height + TILE_HEIGHT - 1) / TILE_HEIGHT)
  const column = (job % tileCount) % tileColumns
  const row = (job % tileCount) / tileColumns
  const columns = min(TILE_WIDTH, width - column * TILE_WIDTH)
  const rows = min(TILE_HEIGHT, height - row * TILE_HEIGHT)

  const starts = args.tileStarts + (job << 2)
  const start = <usize>load<u32>(starts)
  const count = load<u32>(starts, 4) - <u32>start
  const pairs = args.pairs + start * PAIR_BYTES
  const weights = args.weights ? args.weights + (start << 2) : 0
  const numbers = args.weights ? args.numbersIn(scratch) : 0
  if (weights) keepNumbers(pairs, count, numbers)
  if (weights) memory.fill(weights, 0, <usize>count << 2)
  const order = sortByKey(pairs, count, args.sortIn(scratch))

  const pixels = args.pixelsIn(scratch)
  const batch = args.batchIn(scratch)
  clearPixels(pixels, columns)
  let open = groupsWithin(0, (columns - 1) >> 2, 0, rows - 1)
  const minAlpha = f32x4.splat(args.minAlpha)
  const maxAlpha = f32x4.splat(args.maxAlpha)
  const minLight = f32x4.splat(args.minTransmittance)
  for (let i: u32 = 0; i < count && open; i += BATCH) {
    const next = order + <usize>i * PAIR_BYTES
    const end = fillBatch(batch, args.splats, next, min(BATCH, count - i), numbers, column, row, open)
    for (let entry = batch; entry < end; entry += BATCH_ENTRY_BYTES) {
      const weight = weights ? weights + (<usize>load<u32>(entry, NUMBER) << 2) : 0
      open ^= blendSplat(entry, load<u64>(entry, GROUPS) & open, pixels, weight, minAlpha, maxAlpha, minLight)
    }
  }
  if (args.images) {
    const image = args.images + ((<usize>(job / tileCount) * width * height) << 4)
    const corner = image + (<usize>(row * TILE_HEIGHT * width + column * TILE_WIDTH) << 4)
    writePixels(args, corner, columns, rows, pixels)
  }
}

/** Gives pairs their own numbers, since a weight belongs to a pair; those of their splats go to `numbers`. */
function keepNumbers(pairs: usize, count: u32, numbers: usize): void {
  for (let i: u32 = 0; i < count; i++) {
    const pair = pairs + <usize>i * PAIR_BYTES
    store<u32>(numbers + (<usize>i << 2), load<u32>(pair, PAIR_SPLAT))
    store<u32>(pair, i, PAIR_SPLAT)
  }
}

/** Full light everywhere, but none for what lies beyond the image's right side. */
function clearPixels(pixels: usize, columns: i32): void {
  memory.fill(pixels, 0, COLUMN)
  const end = f32x4.splat(<f32>columns)
  for (let group: usize = 0; group < 64; group++) {
    const column = f32x4.add(f32x4.splat(<f32>((group & 7) << 2)), f32x4(0, 1, 2, 3))
    v128.store(pixels + (group << 4), column, COLUMN)
    v128.store(pixels + (group << 4), v128.and(f32x4.splat(1), f32x4.lt(column, end)), LIGHT)
  }
}

/** Constants of `halvings`, four of each: a vector is loaded from memory in one instruction, but takes several to be made. */
// prettier-ignore
const constants = memory.data<f32>([
  12582912, 12582912, 12582912, 12582912,
  0.0013276468, 0.0013276468, 0.0013276468, 0.0013276468,
  0.0096755413, 0.0096755413, 0.0096755413, 0.0096755413,
  0.0555071329, 0.0555071329, 0.0555071329, 0.0555071329,
  0.240221197, 0.240221197, 0.240221197, 0.240221197,
  0.693146967, 0.693146967, 0.693146967, 0.693146967,
  1.00000007, 1.00000007, 1.00000007, 1.00000007,
], 16)

// @ts-ignore: decorator
@inline
function constant(index: usize): v128 {
  return v128.load(constants + (index << 4))
}

/** 2^-power to an ulp or two, for powers from 0 to 126. */
// @ts-ignore: decorator
@inline
function halvings(power: v128): v128 {
  // adding 1.5 * 2^23 rounds to a whole number, which is then in the lowest bits
  const shifted = f32x4.sub(constant(0), power)
  const r = f32x4.sub(f32x4.sub(constant(0), shifted), power)
  let p = multiplyAdd(r, constant(1), constant(2))
  p = multiplyAdd(p, r, constant(3))
  p = multiplyAdd(p, r, constant(4))
  p = multiplyAdd(p, r, constant(5))
  p = multiplyAdd(p, r, constant(6))
  return i32x4.add(p, i32x4.shl(shifted, 23))
}

/** Gives which of the groups have become full. */
// @ts-ignore: decorator
@inline
function blendSplat(
  entry: usize,
  groups: u64,
  pixels: usize,
  weight: usize,
  minAlpha: v128,
  maxAlpha: v128,
  minLight: v128,
): u64 {
  const splat = <usize>load<u32>(entry, SPLAT)
  const opacity = v128.load32_splat(splat, OPACITY)
  const red = v128.load32_splat(splat, COLOR)
  const green = v128.load32_splat(splat, COLOR + 4)
  const blue = v128.load32_splat(splat, COLOR + 8)
  const depth = v128.load32_splat(splat, DEPTH)
  const whiten = v128.load32_splat(splat, WHITEN)
  let full: u64 = 0
  let sum = f32x4.splat(0)
  for (let left = groups; left; left &= left - 1) {
    const group = <usize>ctz(left)
    const row = entry + ((group >> 3) << 2)
    const at = pixels + (group << 4)
    const light = v128.load(at, LIGHT)
    const across = f32x4.mul(f32x4.sub(v128.load(at, COLUMN), v128.load32_splat(row, MIDDLE)), whiten)
    const power = multiplyAdd(across, across, v128.load32_splat(row, ROW_POWER))
    // the p in pmin: one instruction where the minimum that minds signs and numbers that are none takes several
    const alpha = f32x4.pmin(f32x4.mul(opacity, halvings(power)), maxAlpha)
    let used = f32x4.mul(v128.and(alpha, f32x4.ge(alpha, minAlpha)), light)
    let after = f32x4.sub(light, used)
    const stops = v128.and(f32x4.le(after, minLight), f32x4.gt(light, f32x4.splat(0)))
    if (i32x4.bitmask(stops)) {
      v128.store(at, v128.bitselect(light, v128.load(at, LEFT), stops), LEFT)
      used = v128.andnot(used, stops)
      after = v128.andnot(after, stops)
      if (!v128.any_true(after)) full |= <u64>1 << group
    }
    v128.store(at, after, LIGHT)
    if (weight) {
      sum = f32x4.add(sum, used)
      continue
    }
    v128.store(at, multiplyAdd(used, red, v128.load(at, RED)), RED)
    v128.store(at, multiplyAdd(used, green, v128.load(at, GREEN)), GREEN)
    v128.store(at, multiplyAdd(used, blue, v128.load(at, BLUE)), BLUE)
    v128.store(at, multiplyAdd(used, depth, v128.load(at, FAR)), FAR)
  }
  if (weight) store<f32>(weight, sumLanes(sum))
  return full
}

/** @param to the first pixel's place in the image */
function writePixels(args: RasterBlendArguments, to: usize, columns: i32, rows: i32, pixels: usize): void {
  const background = f32x4(args.background(0), args.background(1), args.background(2), 0)
  for (let row = 0; row < rows; row++, to += <usize>args.width << 4) {
    for (let column = 0; column < columns; column++) {
      const at = pixels + (<usize>(row * TILE_WIDTH + column) << 2)
      const sums = f32x4(load<f32>(at, RED), load<f32>(at, GREEN), load<f32>(at, BLUE), 0)
      const rgb = multiplyAdd(f32x4.splat(load<f32>(at, LIGHT) + load<f32>(at, LEFT)), background, sums)
      const signed = f32x4.sub(f32x4.add(rgb, rgb), f32x4.splat(1))
      const clamped = f32x4.max(f32x4.min(signed, f32x4.splat(1)), f32x4.splat(-1))
      v128.store(to + (<usize>column << 4), f32x4.replace_lane(clamped, 3, load<f32>(at, FAR)))
    }
  }
}
