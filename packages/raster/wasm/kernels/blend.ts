// Tiles of splats to pixels.
import { multiplyAdd, sumLanes } from '@flashworld/engine/wasm/kernels/simd'
import {
  DRAFT_BYTES,
  LIST_BYTES,
  PIXEL_GROUP_BYTES,
  RasterBlendArguments,
  SPLAT_BYTES,
  TILE,
} from './arguments'
import { sortByKey } from './radix-sort'
import {
  CENTER_X,
  CENTER_Y,
  COLOR,
  DEPTH,
  HALF_Y,
  OPACITY,
  REACH,
  SHEAR,
  STEEP,
  WHITEN,
} from './splat'

// What a tile keeps of its 16 x 16 pixels, in scratch: for each group of four in a row what follows. The light
// that splats still get is 0 once nothing more is drawn; what was left of it then is in LEFT.
const LIGHT: usize = 0
const RED: usize = 16
const GREEN: usize = 32
const BLUE: usize = 48
const FAR: usize = 64
const LEFT: usize = 80
const GROUP_BYTES: usize = PIXEL_GROUP_BYTES
const ROW_BYTES: usize = 4 * GROUP_BYTES
const PIXELS_BYTES: usize = <usize>TILE * ROW_BYTES

// The list of a splat's groups: first four rows in the making; then, four bytes for
// each group, where it starts across the splat and how far along the splat it is, as in the splat's power, and
// where its pixels are. There is room for all 64 groups, and for four that are written past the end.
const DRAFT_SIZES: usize = 0
const DRAFT_ACROSS: usize = 16
const DRAFT_ALONG2: usize = 32
const DRAFT_AT: usize = 48
const LIST_ACROSS: usize = DRAFT_BYTES
const LIST_ALONG2: usize = DRAFT_BYTES + LIST_BYTES
const LIST_AT: usize = DRAFT_BYTES + 2 * LIST_BYTES

/**
 * Blends a tile, nearest splat first, into `image` [height, width, 4]; or writes each pair's weight to `weights`.
 * A job is a tile.
 */
export function rasterBlend(args: RasterBlendArguments, job: i32, scratch: usize): void {
  const splats = args.splats
  const starts = args.tileStarts + (job << 2)
  const start = <usize>load<u32>(starts)
  const count = load<u32>(starts, 4) - <u32>start
  const pairs = args.pairs + (start << 2)
  const weights = args.weights ? args.weights + (start << 2) : 0
  const width = args.width
  const tileColumns = (width + TILE - 1) / TILE
  const left = (job % tileColumns) * TILE
  const top = (job / tileColumns) * TILE
  const columns = min(TILE, width - left)
  const rows = min(TILE, args.height - top)

  if (weights) memory.fill(weights, 0, <usize>count << 2)
  const pixels = args.pixelsIn(scratch)
  const list = args.listIn(scratch)
  const order = sortTile(splats, pairs, count, args.itemsIn(scratch), args.sortIn(scratch))
  clearPixels(pixels, columns)
  let open = rows * ((columns + 3) >> 2)
  for (let i: u32 = 0; i < count && open > 0; i++) {
    const place = <usize>load<u32>(order + (<usize>i << 3)) << 2
    const splat = splats + <usize>load<u32>(pairs + place) * SPLAT_BYTES
    const end = listGroups(splat, left, top, columns, rows, pixels, list)
    open -= blendSplat(args, splat, list, end, weights ? weights + place : 0)
  }
  if (args.image) writePixels(args, left, top, columns, rows, pixels)
}

/** Places of the tile's pairs in eight bytes each, nearest first. */
function sortTile(splats: usize, pairs: usize, count: u32, unsorted: usize, work: usize): usize {
  for (let i: u32 = 0; i < count; i++) {
    const splat = splats + <usize>load<u32>(pairs + (<usize>i << 2)) * SPLAT_BYTES
    store<u32>(unsorted + (<usize>i << 3), i)
    store<u32>(unsorted + (<usize>i << 3), load<u32>(splat, DEPTH), 4) // positive floats sort as their bits do
  }
  return sortByKey(unsorted, count, work)
}

/** Full light everywhere, but none for what lies beyond the image's right side. */
function clearPixels(pixels: usize, columns: i32): void {
  memory.fill(pixels, 0, PIXELS_BYTES)
  const inside = i32x4.splat(columns)
  for (let row = 0; row < TILE; row++) {
    for (let column = 0; column < TILE; column += 4, pixels += GROUP_BYTES) {
      const counts = i32x4.lt_s(i32x4.add(i32x4.splat(column), i32x4(0, 1, 2, 3)), inside)
      v128.store(pixels, v128.and(f32x4.splat(1), counts), LIGHT)
    }
  }
}

/**
 * Constants, four of each: a vector is loaded from memory in one instruction, but takes several to be made.
 * Those of `halvings` come first.
 */
// prettier-ignore
const constants = memory.data<f32>([
  12582912, 12582912, 12582912, 12582912,
  0.0013276468, 0.0013276468, 0.0013276468, 0.0013276468,
  0.0096755413, 0.0096755413, 0.0096755413, 0.0096755413,
  0.0555071329, 0.0555071329, 0.0555071329, 0.0555071329,
  0.240221197, 0.240221197, 0.240221197, 0.240221197,
  0.693146967, 0.693146967, 0.693146967, 0.693146967,
  1.00000007, 1.00000007, 1.00000007, 1.00000007,
  0, 1, 2, 3,
  0.0625, 0.0625, 0.0625, 0.0625,
  0.25, 0.25, 0.25, 0.25,
  1, 1, 1, 1,
  4, 4, 4, 4,
  96, 96, 96, 96,
  384, 384, 384, 384,
  8388608, 8388608, 8388608, 8388608,
], 16)
const LANES: usize = 7
/** Pixels by which a row of a splat is looked at beyond where it counts, for rounding. */
const ROOM: usize = 8
const QUARTER: usize = 9
const ONE: usize = 10
const FOUR: usize = 11
const GROUP_SIZE: usize = 12
const ROW_SIZE: usize = 13
/** 2^23: added to a whole number from 0 on, the number is in the low bits. */
const WHOLE: usize = 14
/** Bytes from a row's first group to the others. */
const groupOffsets = memory.data<i32>([0, 96, 192, 288], 16)

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

/**
 * Lists the groups where a splat may count, the ellipse's part of each row; gives where the list ends. A row's
 * four places are written whether it has them or not, and four rows always: branches that follow an ellipse
 * would be guessed wrong. Nothing listed is four pixels beyond the ellipse, so that powers stay below 126:
 * blurred as they are, splats gain no more than (2.8 + 4 * 1.55)^2.
 */
function listGroups(splat: usize, left: i32, top: i32, columns: i32, rows: i32, pixels: usize, list: usize): usize {
  const centerY = load<f32>(splat, CENTER_Y) - <f32>top - 0.5
  const halfY = load<f32>(splat, HALF_Y)
  const whiten = v128.load32_splat(splat, WHITEN)
  const centerX = f32x4.splat(load<f32>(splat, CENTER_X) - <f32>left - 0.5)
  const spread = f32x4.div(f32x4.splat(1), whiten)
  const rowEnd = min(rows - 1, <i32>floor<f32>(centerY + halfY))
  const steps = f32x4.mul(whiten, f32x4(0, 4, 8, 12))
  const lastRow = f32x4.splat(<f32>rowEnd)
  const lastColumn = f32x4.splat(<f32>(columns - 1))
  let end = list
  for (let row = max(0, <i32>ceil<f32>(centerY - halfY)); row <= rowEnd; row += 4) {
    const rowNumbers = f32x4.add(f32x4.splat(<f32>row), constant(LANES))
    const dy = f32x4.sub(rowNumbers, f32x4.splat(centerY))
    const along = f32x4.mul(v128.load32_splat(splat, STEEP), dy)
    const along2 = f32x4.mul(along, along)
    const rest = f32x4.sub(v128.load32_splat(splat, REACH), along2)
    const middle = f32x4.sub(centerX, f32x4.mul(v128.load32_splat(splat, SHEAR), dy))
    const half = multiplyAdd(f32x4.sqrt(rest), spread, constant(ROOM))
    const zero = f32x4.splat(0)
    const low = f32x4.pmax(f32x4.ceil(f32x4.sub(middle, half)), zero)
    const high = f32x4.pmin(f32x4.add(middle, half), lastColumn)
    const first = f32x4.floor(f32x4.mul(low, constant(QUARTER)))
    const after = f32x4.floor(multiplyAdd(high, constant(QUARTER), constant(ONE)))
    const size = f32x4.pmax(zero, f32x4.sub(after, first)) // 0 too for what is no number
    const shows = v128.and(f32x4.ge(rest, zero), f32x4.le(rowNumbers, lastRow))
    const across = f32x4.sub(f32x4.mul(first, constant(FOUR)), middle)
    const at = multiplyAdd(first, constant(GROUP_SIZE), f32x4.mul(rowNumbers, constant(ROW_SIZE)))
    v128.store(list, whole(f32x4.mul(v128.and(size, shows), constant(FOUR))), DRAFT_SIZES)
    v128.store(list, f32x4.mul(across, whiten), DRAFT_ACROSS)
    v128.store(list, along2, DRAFT_ALONG2)
    v128.store(list, i32x4.add(whole(at), i32x4.splat(<i32>pixels)), DRAFT_AT)
    end = listRow(list, end, steps)
    end = listRow(list + 4, end, steps)
    end = listRow(list + 8, end, steps)
    end = listRow(list + 12, end, steps)
  }
  return end
}

/** Whole numbers from 0 to 2^22 as integers. */
// @ts-ignore: decorator
@inline
function whole(x: v128): v128 {
  return v128.xor(f32x4.add(x, constant(WHOLE)), constant(WHOLE))
}

/** Gives where the list goes on. */
// @ts-ignore: decorator
@inline
function listRow(row: usize, to: usize, steps: v128): usize {
  v128.store(to, f32x4.add(v128.load32_splat(row, DRAFT_ACROSS), steps), LIST_ACROSS)
  v128.store(to, v128.load32_splat(row, DRAFT_ALONG2), LIST_ALONG2)
  v128.store(to, i32x4.add(v128.load32_splat(row, DRAFT_AT), v128.load(groupOffsets)), LIST_AT)
  return to + load<u32>(row, DRAFT_SIZES)
}

/** Gives how many groups of four pixels have become full. */
function blendSplat(args: RasterBlendArguments, splat: usize, list: usize, end: usize, weight: usize): i32 {
  const minAlpha = f32x4.splat(args.minAlpha)
  const maxAlpha = f32x4.splat(args.maxAlpha)
  const minLight = f32x4.splat(args.minTransmittance)
  const opacity = v128.load32_splat(splat, OPACITY)
  const red = v128.load32_splat(splat, COLOR)
  const green = v128.load32_splat(splat, COLOR + 4)
  const blue = v128.load32_splat(splat, COLOR + 8)
  const depth = v128.load32_splat(splat, DEPTH)
  const columns = f32x4.mul(v128.load32_splat(splat, WHITEN), f32x4(0, 1, 2, 3))
  let newlyFull = 0
  let sum = f32x4.splat(0)
  for (; list < end; list += 4) {
    const at = <usize>load<u32>(list, LIST_AT)
    const light = v128.load(at, LIGHT)
    const open = f32x4.gt(light, f32x4.splat(0))
    if (!i32x4.bitmask(open)) continue
    const across = f32x4.add(v128.load32_splat(list, LIST_ACROSS), columns)
    const power = multiplyAdd(across, across, v128.load32_splat(list, LIST_ALONG2))
    // the p in pmin: one instruction where the minimum that minds signs and numbers that are none takes several
    const alpha = f32x4.pmin(f32x4.mul(opacity, halvings(power)), maxAlpha)
    let used = f32x4.mul(v128.and(alpha, f32x4.ge(alpha, minAlpha)), light)
    let after = f32x4.sub(light, used)
    const stops = v128.and(f32x4.le(after, minLight), open)
    if (i32x4.bitmask(stops)) {
      v128.store(at, v128.bitselect(light, v128.load(at, LEFT), stops), LEFT)
      used = v128.andnot(used, stops)
      after = v128.andnot(after, stops)
      if (!v128.any_true(after)) newlyFull++
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
  return newlyFull
}

function writePixels(
  args: RasterBlendArguments,
  left: i32,
  top: i32,
  columns: i32,
  rows: i32,
  pixels: usize,
): void {
  const width = args.width
  const background = f32x4(args.background(0), args.background(1), args.background(2), 0)
  for (let row = 0; row < rows; row++) {
    let to = args.image + (<usize>((top + row) * width + left) << 4)
    for (let column = 0; column < columns; column++, to += 16) {
      const at = pixels + <usize>row * ROW_BYTES + <usize>(column >> 2) * GROUP_BYTES + ((column & 3) << 2)
      const sums = f32x4(load<f32>(at, RED), load<f32>(at, GREEN), load<f32>(at, BLUE), 0)
      const rgb = multiplyAdd(f32x4.splat(load<f32>(at, LIGHT) + load<f32>(at, LEFT)), background, sums)
      const signed = f32x4.sub(f32x4.add(rgb, rgb), f32x4.splat(1))
      const clamped = f32x4.max(f32x4.min(signed, f32x4.splat(1)), f32x4.splat(-1))
      v128.store(to, f32x4.replace_lane(clamped, 3, load<f32>(at, FAR)))
    }
  }
}
