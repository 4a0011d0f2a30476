// Gaussians to images, view by view: prepare (once a scene), project, emit, blend.
import { doubleArg, floatArg, intArg, pointerArg } from './args'
import { sortByKey } from './radix-sort'
import { multiplyAdd, sumLanes } from './simd'

/** A packed Gaussian: xyz, opacity, scale 3, quaternion wxyz, SH 27. */
const GAUSSIAN_BYTES: usize = 38 * 4

/**
 * Four prepared Gaussians, vector by vector: x, y, z, reach, then the three axes as long as their standard
 * deviations. Reach is the power up to which one counts, with a little room; below 0: nowhere.
 */
const PREPARED_BYTES: usize = 13 * 16

// A splat, a Gaussian on the image: at d from the centre it is opacity * 2^-power, where power is
// (whiten (d.x + shear d.y))^2 + (steep d.y)^2: sums of squares, which keep thin ellipses exact.
const CENTER_X: usize = 0
const CENTER_Y: usize = 4
const WHITEN: usize = 8
const SHEAR: usize = 12
const STEEP: usize = 16
const OPACITY: usize = 20
const DEPTH: usize = 24
const COLOR: usize = 28
const ID: usize = 40
/** Half the sides of the box around what counts, with a little room. */
const HALF_X: usize = 44
const HALF_Y: usize = 48
/** First and last tile, in 16 bits each. */
const COLUMNS: usize = 52
const ROWS: usize = 56
const SPLAT_BYTES: usize = 64

/** e^x = 2^(x LOG2_E) */
const LOG2_E: f32 = 1.4426950408889634

const TILE = 16

/** A job is a block of Gaussians. Args: gaussians, count, prepared, Gaussians a block (a multiple of 4), least alpha. */
export function rasterPrepare(args: usize, job: i32, scratch: usize): void {
  const gaussians = pointerArg(args, 0)
  const count = intArg(args, 1)
  const prepared = pointerArg(args, 2)
  const perBlock = intArg(args, 3)
  const minAlpha = doubleArg(args, 4)
  const end = min((job + 1) * perBlock, (count + 3) & ~3)
  for (let i = job * perBlock; i < end; i++) {
    const to = prepared + <usize>(i >> 2) * PREPARED_BYTES + ((i & 3) << 2)
    if (i < count) prepareOne(gaussians + <usize>i * GAUSSIAN_BYTES, to, minAlpha)
    else store<f32>(to, -1, 48)
  }
}

function prepareOne(g: usize, to: usize, minAlpha: f64): void {
  const opacity = load<f32>(g, 12)
  store<f32>(to, load<f32>(g, 0), 0)
  store<f32>(to, load<f32>(g, 4), 16)
  store<f32>(to, load<f32>(g, 8), 32)
  store<f32>(to, opacity >= <f32>minAlpha ? <f32>(Math.log(<f64>opacity / minAlpha) * 1.0001 + 1e-4) : -1, 48)
  const w = load<f32>(g, 28)
  const x = load<f32>(g, 32)
  const y = load<f32>(g, 36)
  const z = load<f32>(g, 40)
  const s: f32 = 2 / (w * w + x * x + y * y + z * z)
  storeAxis(to + 64, load<f32>(g, 16), 1 - s * (y * y + z * z), s * (x * y + z * w), s * (x * z - y * w))
  storeAxis(to + 112, load<f32>(g, 20), s * (x * y - z * w), 1 - s * (x * x + z * z), s * (y * z + x * w))
  storeAxis(to + 160, load<f32>(g, 24), s * (x * z + y * w), s * (y * z - x * w), 1 - s * (x * x + y * y))
}

function storeAxis(to: usize, scale: f32, x: f32, y: f32, z: f32): void {
  store<f32>(to, scale * x, 0)
  store<f32>(to, scale * y, 16)
  store<f32>(to, scale * z, 32)
}

// @ts-ignore: decorator
@inline
function splatArg(args: usize, index: i32): v128 {
  return f32x4.splat(floatArg(args, index))
}

// @ts-ignore: decorator
@inline
function dot(ax: v128, ay: v128, az: v128, bx: v128, by: v128, bz: v128): v128 {
  return multiplyAdd(az, bz, multiplyAdd(ay, by, f32x4.mul(ax, bx)))
}

/**
 * The splats of a block's visible Gaussians, from the block's place in `splats` on, and how many of them
 * show in each tile. A job is a block; its scratch takes 256 bytes.
 * Args: 0 gaussians, count, prepared, Gaussians a block; 4 splats, splats of each block, tally [blocks, tiles];
 * 7 width, height; 9 right 3, down 3, forward 3, position 3, fx, fy, cx, cy;
 * 25 the least and the greatest slope, of x then of y; 29 near, far, blur.
 */
export function rasterProject(args: usize, job: i32, scratch: usize): void {
  const gaussians = pointerArg(args, 0)
  const perBlock = intArg(args, 3)
  const end = min((job + 1) * perBlock, intArg(args, 1))
  const width = intArg(args, 7)
  const height = intArg(args, 8)
  const tileColumns = (width + TILE - 1) / TILE
  const tileCount = tileColumns * ((height + TILE - 1) / TILE)
  const tally = pointerArg(args, 6) + ((<usize>job * tileCount) << 2)
  memory.fill(tally, 0, <usize>tileCount << 2)
  const rightX = splatArg(args, 9)
  const rightY = splatArg(args, 10)
  const rightZ = splatArg(args, 11)
  const downX = splatArg(args, 12)
  const downY = splatArg(args, 13)
  const downZ = splatArg(args, 14)
  const forwardX = splatArg(args, 15)
  const forwardY = splatArg(args, 16)
  const forwardZ = splatArg(args, 17)
  const focalX = splatArg(args, 21)
  const focalY = splatArg(args, 22)
  const blur = splatArg(args, 31)
  const first = pointerArg(args, 4) + <usize>(job * perBlock) * SPLAT_BYTES
  let splat = first
  for (let i = job * perBlock; i < end; i += 4) {
    const p = pointerArg(args, 2) + <usize>(i >> 2) * PREPARED_BYTES
    const reach = v128.load(p, 48)
    const x = f32x4.sub(v128.load(p, 0), splatArg(args, 18))
    const y = f32x4.sub(v128.load(p, 16), splatArg(args, 19))
    const z = f32x4.sub(v128.load(p, 32), splatArg(args, 20))
    const depth = dot(forwardX, forwardY, forwardZ, x, y, z)
    let shows = v128.and(f32x4.ge(depth, splatArg(args, 29)), f32x4.le(depth, splatArg(args, 30)))
    shows = v128.and(shows, f32x4.gt(reach, f32x4.splat(0)))
    if (!v128.any_true(shows)) continue
    const inverse = f32x4.div(f32x4.splat(1), depth)
    const slopeX = f32x4.mul(dot(rightX, rightY, rightZ, x, y, z), inverse)
    const slopeY = f32x4.mul(dot(downX, downY, downZ, x, y, z), inverse)
    const limitedX = f32x4.min(f32x4.max(slopeX, splatArg(args, 25)), splatArg(args, 26))
    const limitedY = f32x4.min(f32x4.max(slopeY, splatArg(args, 27)), splatArg(args, 28))

    // the linearised projection's two rows, times the ellipsoid's axes
    const perX = f32x4.mul(focalX, inverse)
    const perY = f32x4.mul(focalY, inverse)
    const acrossX = f32x4.mul(perX, f32x4.sub(rightX, f32x4.mul(limitedX, forwardX)))
    const acrossY = f32x4.mul(perX, f32x4.sub(rightY, f32x4.mul(limitedX, forwardY)))
    const acrossZ = f32x4.mul(perX, f32x4.sub(rightZ, f32x4.mul(limitedX, forwardZ)))
    const alongX = f32x4.mul(perY, f32x4.sub(downX, f32x4.mul(limitedY, forwardX)))
    const alongY = f32x4.mul(perY, f32x4.sub(downY, f32x4.mul(limitedY, forwardY)))
    const alongZ = f32x4.mul(perY, f32x4.sub(downZ, f32x4.mul(limitedY, forwardZ)))
    const u0 = dot(acrossX, acrossY, acrossZ, v128.load(p, 64), v128.load(p, 80), v128.load(p, 96))
    const u1 = dot(acrossX, acrossY, acrossZ, v128.load(p, 112), v128.load(p, 128), v128.load(p, 144))
    const u2 = dot(acrossX, acrossY, acrossZ, v128.load(p, 160), v128.load(p, 176), v128.load(p, 192))
    const v0 = dot(alongX, alongY, alongZ, v128.load(p, 64), v128.load(p, 80), v128.load(p, 96))
    const v1 = dot(alongX, alongY, alongZ, v128.load(p, 112), v128.load(p, 128), v128.load(p, 144))
    const v2 = dot(alongX, alongY, alongZ, v128.load(p, 160), v128.load(p, 176), v128.load(p, 192))
    const plainXX = dot(u0, u1, u2, u0, u1, u2)
    const plainYY = dot(v0, v1, v2, v0, v1, v2)
    const xx = f32x4.add(plainXX, blur)
    const yy = f32x4.add(plainYY, blur)
    const xy = dot(u0, u1, u2, v0, v1, v2)
    // xx * yy - xy * xy would cancel for a thin ellipse; this is the same with less to subtract
    const n0 = f32x4.sub(f32x4.mul(u1, v2), f32x4.mul(u2, v1))
    const n1 = f32x4.sub(f32x4.mul(u2, v0), f32x4.mul(u0, v2))
    const n2 = f32x4.sub(f32x4.mul(u0, v1), f32x4.mul(u1, v0))
    const spread = f32x4.add(f32x4.add(plainXX, plainYY), blur)
    const determinant = multiplyAdd(blur, spread, dot(n0, n1, n2, n0, n1, n2))
    shows = v128.and(shows, f32x4.gt(determinant, f32x4.splat(0)))

    const centerX = multiplyAdd(focalX, slopeX, splatArg(args, 23))
    const centerY = multiplyAdd(focalY, slopeY, splatArg(args, 24))
    const halfBase2 = f32x4.splat(0.5 * LOG2_E)
    const twice = f32x4.add(reach, reach)
    const halfX = withRoom(centerX, f32x4.sqrt(f32x4.mul(twice, xx)))
    const halfY = withRoom(centerY, f32x4.sqrt(f32x4.mul(twice, yy)))
    const left = firstPixel(centerX, halfX)
    const right = lastPixel(centerX, halfX, width)
    const top = firstPixel(centerY, halfY)
    const bottom = lastPixel(centerY, halfY, height)
    shows = v128.and(shows, v128.and(i32x4.le_s(left, right), i32x4.le_s(top, bottom)))
    const lanes = i32x4.bitmask(shows)
    if (!lanes) continue

    v128.store(scratch, centerX, 0)
    v128.store(scratch, centerY, 16)
    v128.store(scratch, f32x4.sqrt(f32x4.div(f32x4.mul(halfBase2, yy), determinant)), 32)
    v128.store(scratch, f32x4.neg(f32x4.div(xy, yy)), 48)
    v128.store(scratch, f32x4.sqrt(f32x4.div(halfBase2, yy)), 64)
    v128.store(scratch, depth, 80)
    v128.store(scratch, halfX, 96)
    v128.store(scratch, halfY, 112)
    v128.store(scratch, tileRange(left, right), 128)
    v128.store(scratch, tileRange(top, bottom), 144)
    const distance = f32x4.sqrt(dot(x, y, z, x, y, z))
    v128.store(scratch, f32x4.div(x, distance), 160)
    v128.store(scratch, f32x4.div(y, distance), 176)
    v128.store(scratch, f32x4.div(z, distance), 192)
    for (let left = lanes; left; left &= left - 1) {
      const lane = ctz(left)
      writeSplat(splat, i + lane, gaussians + <usize>(i + lane) * GAUSSIAN_BYTES, scratch + (lane << 2))
      countTiles(splat, tally, tileColumns)
      splat += SPLAT_BYTES
    }
  }
  store<u32>(pointerArg(args, 5) + (job << 2), <u32>((splat - first) / SPLAT_BYTES))
}

/** For rounding, of centres far outside the image too. */
// @ts-ignore: decorator
@inline
function withRoom(center: v128, half: v128): v128 {
  const room = multiplyAdd(f32x4.splat(2e-6), f32x4.add(f32x4.abs(center), half), f32x4.splat(0.02))
  return f32x4.add(half, room)
}

// @ts-ignore: decorator
@inline
function firstPixel(center: v128, half: v128): v128 {
  const low = f32x4.sub(f32x4.sub(center, half), f32x4.splat(0.5))
  return i32x4.max_s(i32x4.trunc_sat_f32x4_s(f32x4.ceil(low)), i32x4.splat(0))
}

// @ts-ignore: decorator
@inline
function lastPixel(center: v128, half: v128, size: i32): v128 {
  const high = f32x4.sub(f32x4.add(center, half), f32x4.splat(0.5))
  return i32x4.min_s(i32x4.trunc_sat_f32x4_s(f32x4.floor(high)), i32x4.splat(size - 1))
}

function tileRange(first: v128, last: v128): v128 {
  return v128.or(i32x4.shr_u(first, 4), i32x4.shl(i32x4.shr_u(last, 4), 16))
}

/** @param lane where its number is in the vectors that `rasterProject` left in scratch */
function writeSplat(splat: usize, id: i32, gaussian: usize, lane: usize): void {
  store<f32>(splat, load<f32>(lane, 0), CENTER_X)
  store<f32>(splat, load<f32>(lane, 16), CENTER_Y)
  store<f32>(splat, load<f32>(lane, 32), WHITEN)
  store<f32>(splat, load<f32>(lane, 48), SHEAR)
  store<f32>(splat, load<f32>(lane, 64), STEEP)
  store<f32>(splat, load<f32>(gaussian, 12), OPACITY)
  store<f32>(splat, load<f32>(lane, 80), DEPTH)
  v128.store(splat, colorOf(gaussian + 44, load<f32>(lane, 160), load<f32>(lane, 176), load<f32>(lane, 192)), COLOR)
  store<u32>(splat, id, ID) // after the colour, whose fourth number falls here
  store<f32>(splat, load<f32>(lane, 96), HALF_X)
  store<f32>(splat, load<f32>(lane, 112), HALF_Y)
  store<u32>(splat, load<u32>(lane, 128), COLUMNS)
  store<u32>(splat, load<u32>(lane, 144), ROWS)
}

/** Red, green, blue of spherical harmonics to degree 2 along a unit direction. */
function colorOf(sh: usize, x: f32, y: f32, z: f32): v128 {
  let sum = multiplyAdd(f32x4.splat(0.28209479177387814), v128.load(sh, 0), f32x4.splat(0.5))
  sum = multiplyAdd(f32x4.splat(-0.4886025119029199 * y), v128.load(sh, 12), sum)
  sum = multiplyAdd(f32x4.splat(0.4886025119029199 * z), v128.load(sh, 24), sum)
  sum = multiplyAdd(f32x4.splat(-0.4886025119029199 * x), v128.load(sh, 36), sum)
  sum = multiplyAdd(f32x4.splat(1.0925484305920792 * x * y), v128.load(sh, 48), sum)
  sum = multiplyAdd(f32x4.splat(-1.0925484305920792 * y * z), v128.load(sh, 60), sum)
  sum = multiplyAdd(f32x4.splat(0.31539156525252005 * (3 * z * z - 1)), v128.load(sh, 72), sum)
  sum = multiplyAdd(f32x4.splat(-1.0925484305920792 * x * z), v128.load(sh, 84), sum)
  // the last three floats are at the Gaussian's end: read from one float before
  const last = v128.load(sh, 92)
  const shifted = v128.shuffle<f32>(last, last, 1, 2, 3, 3)
  sum = multiplyAdd(f32x4.splat(0.5462742152960396 * (x * x - y * y)), shifted, sum)
  return f32x4.max(sum, f32x4.splat(0))
}

function countTiles(splat: usize, tally: usize, tileColumns: i32): void {
  const columnEnd = load<u16>(splat, COLUMNS + 2)
  const rowEnd = load<u16>(splat, ROWS + 2)
  for (let row: i32 = load<u16>(splat, ROWS); row <= <i32>rowEnd; row++) {
    for (let column: i32 = load<u16>(splat, COLUMNS); column <= <i32>columnEnd; column++) {
      const at = tally + ((row * tileColumns + column) << 2)
      store<u32>(at, load<u32>(at) + 1)
    }
  }
}

/**
 * Writes each splat's number into its tiles' parts of `pairs`; or, when there are `weights`, adds up those at
 * the same places into `sums` by Gaussian. A job is a block; its scratch takes a word a tile.
 * Args: splats, splats of each block, starts [blocks, tiles] in pairs, Gaussians a block, tiles a row, tiles,
 * pairs, weights or 0, sums.
 */
export function rasterEmit(args: usize, job: i32, scratch: usize): void {
  const perBlock = intArg(args, 3)
  const tileColumns = intArg(args, 4)
  const tileBytes = <usize>intArg(args, 5) << 2
  const pairs = pointerArg(args, 6)
  const weights = pointerArg(args, 7)
  const sums = pointerArg(args, 8)
  memory.copy(scratch, pointerArg(args, 2) + <usize>job * tileBytes, tileBytes)
  const first = job * perBlock
  const end = first + load<u32>(pointerArg(args, 1) + (job << 2))
  for (let i = first; i < end; i++) {
    const splat = pointerArg(args, 0) + <usize>i * SPLAT_BYTES
    const columnEnd = load<u16>(splat, COLUMNS + 2)
    const rowEnd = load<u16>(splat, ROWS + 2)
    let sum: f32 = 0
    for (let row: i32 = load<u16>(splat, ROWS); row <= <i32>rowEnd; row++) {
      for (let column: i32 = load<u16>(splat, COLUMNS); column <= <i32>columnEnd; column++) {
        const cursor = scratch + ((row * tileColumns + column) << 2)
        const pair = <usize>load<u32>(cursor)
        store<u32>(cursor, <u32>pair + 1)
        if (weights) sum += load<f32>(weights + (pair << 2))
        else store<u32>(pairs + (pair << 2), i)
      }
    }
    const to = sums + (<usize>load<u32>(splat, ID) << 2)
    if (weights) store<f32>(to, load<f32>(to) + sum)
  }
}

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
