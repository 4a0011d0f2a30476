// Tiles of splats to pixels.
import { floatArg, intArg, pointerArg } from './args'
import { sortByKey } from './radix-sort'
import {
  CENTER_X,
  CENTER_Y,
  COLOR,
  DEPTH,
  HALF_X,
  HALF_Y,
  OPACITY,
  SHEAR,
  SPLAT_BYTES,
  STEEP,
  TILE,
  WHITEN,
  splatArg,
} from './raster-splat'
import { multiplyAdd, sumLanes } from './simd'

// What a tile keeps of its 16 x 16 pixels, in scratch: for each group of four in a row what follows. The light
// that is left is negative once nothing more is drawn.
const LIGHT: usize = 0
const RED: usize = 16
const GREEN: usize = 32
const BLUE: usize = 48
const FAR: usize = 64
const GROUP_BYTES: usize = 80
const ROW_BYTES: usize = 4 * GROUP_BYTES
const PIXELS_BYTES: usize = <usize>TILE * ROW_BYTES

/**
 * Blends a tile, nearest splat first, into `image` [height, width, 4]; or writes each pair's weight to `weights`.
 * A job is a tile; its scratch takes 5120 bytes and what `sortByKey` needs for its pairs.
 * Args: splats, pairs, tile starts [tiles + 1], width, height; 5 image or 0, weights or 0, background 3;
 * 10 least and greatest alpha, least transmittance.
 */
export function rasterBlend(args: usize, job: i32, scratch: usize): void {
  const splats = pointerArg(args, 0)
  const starts = pointerArg(args, 2) + (job << 2)
  const start = <usize>load<u32>(starts)
  const count = load<u32>(starts, 4) - <u32>start
  const pairs = pointerArg(args, 1) + (start << 2)
  const weights = pointerArg(args, 6) ? pointerArg(args, 6) + (start << 2) : 0
  const width = intArg(args, 3)
  const tileColumns = (width + TILE - 1) / TILE
  const left = (job % tileColumns) * TILE
  const top = (job / tileColumns) * TILE
  const columns = min(TILE, width - left)
  const rows = min(TILE, intArg(args, 4) - top)

  if (weights) memory.fill(weights, 0, <usize>count << 2)
  const order = sortTile(splats, pairs, count, scratch + PIXELS_BYTES)
  clearPixels(scratch, columns)
  let open = rows * ((columns + 3) >> 2)
  for (let i: u32 = 0; i < count && open > 0; i++) {
    const place = <usize>load<u32>(order + (<usize>i << 3)) << 2
    const splat = splats + <usize>load<u32>(pairs + place) * SPLAT_BYTES
    open -= blendSplat(args, splat, left, top, columns, rows, scratch, weights ? weights + place : 0)
  }
  if (pointerArg(args, 5)) writePixels(args, left, top, columns, rows, scratch)
}

/** Places of the tile's pairs in eight bytes each, nearest first. */
function sortTile(splats: usize, pairs: usize, count: u32, scratch: usize): usize {
  const unsorted = scratch
  for (let i: u32 = 0; i < count; i++) {
    const splat = splats + <usize>load<u32>(pairs + (<usize>i << 2)) * SPLAT_BYTES
    store<u32>(unsorted + (<usize>i << 3), i)
    store<u32>(unsorted + (<usize>i << 3), load<u32>(splat, DEPTH), 4) // positive floats sort as their bits do
  }
  return sortByKey(unsorted, count, unsorted + (<usize>count << 3))
}

/** Full light everywhere, but none for what lies beyond the image's right side. */
function clearPixels(pixels: usize, columns: i32): void {
  memory.fill(pixels, 0, PIXELS_BYTES)
  const inside = i32x4.splat(columns)
  for (let row = 0; row < TILE; row++) {
    for (let column = 0; column < TILE; column += 4, pixels += GROUP_BYTES) {
      const counts = i32x4.lt_s(i32x4.add(i32x4.splat(column), i32x4(0, 1, 2, 3)), inside)
      v128.store(pixels, v128.bitselect(f32x4.splat(1), f32x4.splat(-1), counts), LIGHT)
    }
  }
}

/** 2^-power to an ulp or two, for powers from 0 to 126. */
// @ts-ignore: decorator
@inline
function halvings(power: v128): v128 {
  // adding 1.5 * 2^23 rounds to a whole number, which is then in the lowest bits
  const shifted = f32x4.sub(f32x4.splat(12582912), power)
  const r = f32x4.sub(f32x4.sub(f32x4.splat(12582912), shifted), power)
  let p = multiplyAdd(r, f32x4.splat(0.0013276468), f32x4.splat(0.0096755413))
  p = multiplyAdd(p, r, f32x4.splat(0.0555071329))
  p = multiplyAdd(p, r, f32x4.splat(0.240221197))
  p = multiplyAdd(p, r, f32x4.splat(0.693146967))
  p = multiplyAdd(p, r, f32x4.splat(1.00000007))
  return i32x4.add(p, i32x4.shl(shifted, 23))
}

/** Gives how many groups of four pixels have become full. */
function blendSplat(
  args: usize,
  splat: usize,
  left: i32,
  top: i32,
  columns: i32,
  rows: i32,
  pixels: usize,
  weight: usize,
): i32 {
  const minAlpha = splatArg(args, 10)
  const maxAlpha = splatArg(args, 11)
  const minLight = splatArg(args, 12)
  const centerX = load<f32>(splat, CENTER_X) - <f32>left - 0.5
  const centerY = load<f32>(splat, CENTER_Y) - <f32>top - 0.5
  const whiten = load<f32>(splat, WHITEN)
  const shear = load<f32>(splat, SHEAR)
  const steep = load<f32>(splat, STEEP)
  const opacity = v128.load32_splat(splat, OPACITY)
  const red = v128.load32_splat(splat, COLOR)
  const green = v128.load32_splat(splat, COLOR + 4)
  const blue = v128.load32_splat(splat, COLOR + 8)
  const depth = v128.load32_splat(splat, DEPTH)
  const halfX = load<f32>(splat, HALF_X)
  const halfY = load<f32>(splat, HALF_Y)
  const first = max(0, <i32>ceil<f32>(centerX - halfX)) & ~3
  const last = min(columns - 1, <i32>floor<f32>(centerX + halfX))
  const columnsFrom = f32x4.add(f32x4.splat(<f32>first), f32x4(0, 1, 2, 3))
  const step = f32x4.splat(4 * whiten)
  const rowEnd = min(rows - 1, <i32>floor<f32>(centerY + halfY))
  let newlyFull = 0
  let sum = f32x4.splat(0)
  for (let row = max(0, <i32>ceil<f32>(centerY - halfY)); row <= rowEnd; row++) {
    const dy = <f32>row - centerY
    const along = steep * dy
    const along2 = f32x4.splat(along * along)
    let across = f32x4.mul(f32x4.sub(columnsFrom, f32x4.splat(centerX - shear * dy)), f32x4.splat(whiten))
    let at = pixels + <usize>row * ROW_BYTES + <usize>(first >> 2) * GROUP_BYTES
    for (let column = first; column <= last; column += 4, at += GROUP_BYTES, across = f32x4.add(across, step)) {
      const light = v128.load(at, LIGHT)
      if (i32x4.bitmask(light) == 15) continue
      const power = f32x4.min(multiplyAdd(across, across, along2), f32x4.splat(126))
      const alpha = f32x4.min(f32x4.mul(opacity, halvings(power)), maxAlpha)
      let counts = v128.and(f32x4.ge(alpha, minAlpha), f32x4.gt(light, f32x4.splat(0)))
      const used = f32x4.mul(alpha, light)
      const next = f32x4.sub(light, used)
      const stops = v128.and(counts, f32x4.le(next, minLight))
      counts = v128.andnot(counts, stops)
      let after = v128.bitselect(next, light, counts)
      if (v128.any_true(stops)) {
        after = v128.bitselect(f32x4.neg(light), after, stops)
        if (i32x4.bitmask(after) == 15) newlyFull++
      }
      v128.store(at, after, LIGHT)
      const shown = v128.and(used, counts)
      if (weight) {
        sum = f32x4.add(sum, shown)
        continue
      }
      v128.store(at, multiplyAdd(shown, red, v128.load(at, RED)), RED)
      v128.store(at, multiplyAdd(shown, green, v128.load(at, GREEN)), GREEN)
      v128.store(at, multiplyAdd(shown, blue, v128.load(at, BLUE)), BLUE)
      v128.store(at, multiplyAdd(shown, depth, v128.load(at, FAR)), FAR)
    }
  }
  if (weight) store<f32>(weight, sumLanes(sum))
  return newlyFull
}

function writePixels(args: usize, left: i32, top: i32, columns: i32, rows: i32, pixels: usize): void {
  const width = intArg(args, 3)
  const background = f32x4(floatArg(args, 7), floatArg(args, 8), floatArg(args, 9), 0)
  for (let row = 0; row < rows; row++) {
    let to = pointerArg(args, 5) + (<usize>((top + row) * width + left) << 4)
    for (let column = 0; column < columns; column++, to += 16) {
      const at = pixels + <usize>row * ROW_BYTES + <usize>(column >> 2) * GROUP_BYTES + ((column & 3) << 2)
      const sums = f32x4(load<f32>(at, RED), load<f32>(at, GREEN), load<f32>(at, BLUE), 0)
      const rgb = multiplyAdd(f32x4.splat(abs<f32>(load<f32>(at, LIGHT))), background, sums)
      const signed = f32x4.sub(f32x4.add(rgb, rgb), f32x4.splat(1))
      const clamped = f32x4.max(f32x4.min(signed, f32x4.splat(1)), f32x4.splat(-1))
      v128.store(to, f32x4.replace_lane(clamped, 3, load<f32>(at, FAR)))
    }
  }
}
