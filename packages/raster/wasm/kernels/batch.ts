// The next splats of a tile, and where they may count. What is slow to come, memory and long sums, comes for all of them
// at once, before any is blended.
import { multiplyAdd } from '@flashworld/engine/wasm/kernels/simd'
import { BATCH_ENTRY_BYTES, PAIR_BYTES, SPLAT_BYTES } from './arguments'
import {
  BOX,
  CENTER_X,
  CENTER_Y,
  PAIR_SPLAT,
  REACH,
  SHEAR,
  STEEP,
  TILE_SPAN_BITS,
  WHITEN,
} from './splat'

// An entry of a batch. The groups are bits, row by row, eight a row.
export const SPLAT: usize = 0
/** The pair's own number. */
export const NUMBER: usize = 4
export const GROUPS: usize = 8
// For each row of the tile, and three more that are written past the end: where the splat's middle is, and the row's
// part of its power.
export const MIDDLE: usize = 16
export const ROW_POWER: usize = 16 + 4 * (8 + 3)

/** A tile's groups within a box, its last group and row included. */
// @ts-ignore: decorator
@inline
export function groupsWithin(first: usize, last: usize, top: usize, bottom: usize): u64 {
  return (
    load<u64>(fromColumn + (first << 3)) &
    load<u64>(toColumn + (last << 3)) &
    load<u64>(fromRow + (top << 3)) &
    load<u64>(toRow + (bottom << 3))
  )
}

// prettier-ignore
const fromColumn = memory.data<u64>([
  0xffffffffffffffff, 0xfefefefefefefefe, 0xfcfcfcfcfcfcfcfc, 0xf8f8f8f8f8f8f8f8,
  0xf0f0f0f0f0f0f0f0, 0xe0e0e0e0e0e0e0e0, 0xc0c0c0c0c0c0c0c0, 0x8080808080808080,
])
// prettier-ignore
const toColumn = memory.data<u64>([
  0x0101010101010101, 0x0303030303030303, 0x0707070707070707, 0x0f0f0f0f0f0f0f0f,
  0x1f1f1f1f1f1f1f1f, 0x3f3f3f3f3f3f3f3f, 0x7f7f7f7f7f7f7f7f, 0xffffffffffffffff,
])
// prettier-ignore
const fromRow = memory.data<u64>([
  0xffffffffffffffff, 0xffffffffffffff00, 0xffffffffffff0000, 0xffffffffff000000,
  0xffffffff00000000, 0xffffff0000000000, 0xffff000000000000, 0xff00000000000000,
])
// prettier-ignore
const toRow = memory.data<u64>([
  0x00000000000000ff, 0x000000000000ffff, 0x0000000000ffffff, 0x00000000ffffffff,
  0x000000ffffffffff, 0x0000ffffffffffff, 0x00ffffffffffffff, 0xffffffffffffffff,
])

/**
 * Makes a batch of `size` pairs at `order`, without those that no open group is near; gives where it ends.
 * @param numbers the pairs' splats, where `order` has their own numbers instead
 */
export function fillBatch(
  batch: usize,
  splats: usize,
  order: usize,
  size: u32,
  numbers: usize,
  column: i32,
  row: i32,
  open: u64,
): usize {
  // each splat is somewhere else: their cache lines are on the way beside each other when nothing is done meanwhile
  let touched: u32 = 0
  for (let i: u32 = 0; i < size; i++) touched |= load<u32>(splatOf(order, i, splats, numbers), BOX)
  store<u32>(batch, touched)

  const groupColumn = column << TILE_SPAN_BITS
  const firstRow = row << TILE_SPAN_BITS
  const corner = i32x4(groupColumn, groupColumn, firstRow, firstRow)
  let end = batch
  for (let i: u32 = 0; i < size; i++) {
    const splat = splatOf(order, i, splats, numbers)
    const fromCorner = i32x4.sub(v128.load(splat, BOX), corner)
    const box = i32x4.min_s(i32x4.max_s(fromCorner, i32x4.splat(0)), i32x4.splat(7))
    const near = groupsWithin(
      i32x4.extract_lane(box, 0),
      i32x4.extract_lane(box, 1),
      i32x4.extract_lane(box, 2),
      i32x4.extract_lane(box, 3),
    )
    store<u32>(end, <u32>splat, SPLAT)
    store<u32>(end, load<u32>(order + <usize>i * PAIR_BYTES, PAIR_SPLAT), NUMBER)
    store<u64>(end, near & open, GROUPS)
    end += <usize>i32((near & open) != 0) * BATCH_ENTRY_BYTES
  }
  const left = <f32>(column * 32) + 0.5
  const top = <f32>firstRow + 0.5
  for (let entry = batch; entry < end; entry += BATCH_ENTRY_BYTES) findGroups(entry, left, top)
  return end
}

// @ts-ignore: decorator
@inline
function splatOf(order: usize, i: u32, splats: usize, numbers: usize): usize {
  const number = <usize>load<u32>(order + <usize>i * PAIR_BYTES, PAIR_SPLAT)
  return splats + (numbers ? <usize>load<u32>(numbers + (number << 2)) : number) * SPLAT_BYTES
}

/** Constants, four of each: a vector is loaded from memory in one instruction, but takes several to be made. */
// prettier-ignore
const constants = memory.data<f32>([
  0, 1, 2, 3,
  0.0625, 0.0625, 0.0625, 0.0625,
  0.25, 0.25, 0.25, 0.25,
  1, 1, 1, 1,
  31, 31, 31, 31,
  8388735, 8388735, 8388735, 8388735,
  8388608, 8388608, 8388608, 8388608,
], 16)
const LANES: usize = 0
/** Pixels by which a row of a splat is looked at beyond where it counts, for rounding. */
const ROOM: usize = 1
const QUARTER: usize = 2
const ONE: usize = 3
const LAST_COLUMN: usize = 4
/** 2^23 + 127: added to n, shifted left by 23, it is 2^n. */
const POWER_OF_TWO: usize = 5
/** 2^23: added to a whole number from 0 on, the number is in the low bits. */
const WHOLE: usize = 6

// @ts-ignore: decorator
@inline
function constant(index: usize): v128 {
  return v128.load(constants + (index << 4))
}

/**
 * Leaves those of an entry's groups where the splat may count, the ellipse's part of each row, and writes what blending
 * needs of those rows. Four rows at a time without branches: those that follow an ellipse would be guessed wrong. No
 * group is four pixels beyond the ellipse, so that powers stay below 126: blurred as they are, splats gain no
 * more than (2.8 + 4 * 1.55)^2.
 * @param left where the tile's first pixel has its centre
 */
// @ts-ignore: decorator
@inline
function findGroups(entry: usize, left: f32, top: f32): void {
  const splat = <usize>load<u32>(entry, SPLAT)
  const near = load<u64>(entry, GROUPS)
  const centerX = f32x4.splat(load<f32>(splat, CENTER_X) - left)
  const centerY = f32x4.splat(load<f32>(splat, CENTER_Y) - top)
  const spread = f32x4.div(constant(ONE), v128.load32_splat(splat, WHITEN))
  const zero = f32x4.splat(0)
  const last = 7 - (<i32>clz(near) >> 3)
  let groups: u64 = 0
  for (let row = <i32>ctz(near) >> 3; row <= last; row += 4) {
    const dy = f32x4.sub(f32x4.add(f32x4.splat(<f32>row), constant(LANES)), centerY)
    const along = f32x4.mul(v128.load32_splat(splat, STEEP), dy)
    const along2 = f32x4.mul(along, along)
    const rest = f32x4.sub(v128.load32_splat(splat, REACH), along2)
    const middle = f32x4.sub(centerX, f32x4.mul(v128.load32_splat(splat, SHEAR), dy))
    const half = multiplyAdd(f32x4.sqrt(rest), spread, constant(ROOM))
    const low = f32x4.pmax(f32x4.ceil(f32x4.sub(middle, half)), zero)
    const high = f32x4.pmin(f32x4.add(middle, half), constant(LAST_COLUMN))
    const first = f32x4.floor(f32x4.mul(low, constant(QUARTER)))
    const after = f32x4.floor(multiplyAdd(high, constant(QUARTER), constant(ONE)))
    // none where any of it is no number, as outside the ellipse
    const shows = f32x4.gt(after, first)
    const bits = v128.and(f32x4.sub(powerOfTwo(after), powerOfTwo(first)), shows)
    groups |= <u64>bytesOf(bits) << (row << 3)
    const rows = entry + (<usize>row << 2)
    v128.store(rows, middle, MIDDLE)
    v128.store(rows, along2, ROW_POWER)
  }
  store<u64>(entry, groups & near, GROUPS)
}

/** 2^n for whole n from 0 to 8. */
// @ts-ignore: decorator
@inline
function powerOfTwo(n: v128): v128 {
  return i32x4.shl(f32x4.add(n, constant(POWER_OF_TWO)), 23)
}

/** Four whole numbers from 0 to 255 as bytes. */
// @ts-ignore: decorator
@inline
function bytesOf(x: v128): u32 {
  const integers = v128.xor(f32x4.add(x, constant(WHOLE)), constant(WHOLE))
  const halves = i16x8.narrow_i32x4_u(integers, integers)
  return i32x4.extract_lane(i8x16.narrow_i16x8_u(halves, halves), 0)
}
