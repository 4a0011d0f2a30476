// Gaussians as a view sees them.
import { doubleArg, intArg, pointerArg } from './args'
import { countTiles } from './raster-bin'
import {
  CENTER_X,
  CENTER_Y,
  COLOR,
  COLUMNS,
  DEPTH,
  HALF_X,
  HALF_Y,
  ID,
  OPACITY,
  REACH,
  ROWS,
  SHEAR,
  SPLAT_BYTES,
  STEEP,
  TILE,
  WHITEN,
  splatArg,
} from './raster-splat'
import { multiplyAdd } from './simd'

/** A packed Gaussian: xyz, opacity, scale 3, quaternion wxyz, SH 27. */
const GAUSSIAN_BYTES: usize = 38 * 4

/**
 * Four prepared Gaussians, vector by vector: x, y, z, reach, then the three axes as long as their standard
 * deviations. Reach is the power up to which one counts, with a little room; below 0: nowhere.
 */
const PREPARED_BYTES: usize = 13 * 16

/** e^x = 2^(x LOG2_E) */
const LOG2_E: f32 = 1.4426950408889634

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
    v128.store(scratch, f32x4.mul(reach, f32x4.splat(LOG2_E)), 208)
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
  store<f32>(splat, load<f32>(lane, 208), REACH)
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
