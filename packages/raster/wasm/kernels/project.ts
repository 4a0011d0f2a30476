// Gaussians as a view sees them.
import { multiplyAdd } from '@flashworld/engine/wasm/kernels/simd'
import {
  GAUSSIAN_FLOATS,
  PREPARED_BYTES,
  RasterPrepareArguments,
  RasterProjectArguments,
  SPLAT_BYTES,
  TILE,
} from './arguments'
import { countTiles } from './bin'
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
  STEEP,
  WHITEN,
} from './splat'

/** A packed Gaussian: xyz, opacity, scale 3, quaternion wxyz, SH 27. */
const GAUSSIAN_BYTES: usize = GAUSSIAN_FLOATS * 4

/** e^x = 2^(x LOG2_E) */
const LOG2_E: f32 = 1.4426950408889634

/**
 * Gaussians by fours, vector by vector: x, y, z, reach, then the three axes as long as their standard deviations. Reach
 * is the power up to which one counts, with a little room; below 0: nowhere. A job is a block of Gaussians.
 */
export function rasterPrepare(args: RasterPrepareArguments, job: i32, scratch: usize): void {
  const gaussians = args.gaussians
  const count = args.count
  const prepared = args.prepared
  const perBlock = args.perBlock
  const minAlpha = args.minAlpha
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
 * show in each tile. A job is a block.
 */
export function rasterProject(args: RasterProjectArguments, job: i32, scratch: usize): void {
  const gaussians = args.gaussians
  const perBlock = args.perBlock
  const end = min((job + 1) * perBlock, args.count)
  const width = args.width
  const height = args.height
  const tileColumns = (width + TILE - 1) / TILE
  const tileCount = tileColumns * ((height + TILE - 1) / TILE)
  const tally = args.tally + ((<usize>job * tileCount) << 2)
  memory.fill(tally, 0, <usize>tileCount << 2)
  const rightX = f32x4.splat(args.rotation(0))
  const rightY = f32x4.splat(args.rotation(1))
  const rightZ = f32x4.splat(args.rotation(2))
  const downX = f32x4.splat(args.rotation(3))
  const downY = f32x4.splat(args.rotation(4))
  const downZ = f32x4.splat(args.rotation(5))
  const forwardX = f32x4.splat(args.rotation(6))
  const forwardY = f32x4.splat(args.rotation(7))
  const forwardZ = f32x4.splat(args.rotation(8))
  const focalX = f32x4.splat(args.fx)
  const focalY = f32x4.splat(args.fy)
  const blur = f32x4.splat(args.blur)
  const lanesAt = args.lanesIn(scratch)
  const first = args.splats + <usize>(job * perBlock) * SPLAT_BYTES
  let splat = first
  for (let i = job * perBlock; i < end; i += 4) {
    const p = args.prepared + <usize>(i >> 2) * PREPARED_BYTES
    const reach = v128.load(p, 48)
    const x = f32x4.sub(v128.load(p, 0), f32x4.splat(args.position(0)))
    const y = f32x4.sub(v128.load(p, 16), f32x4.splat(args.position(1)))
    const z = f32x4.sub(v128.load(p, 32), f32x4.splat(args.position(2)))
    const depth = dot(forwardX, forwardY, forwardZ, x, y, z)
    let shows = v128.and(f32x4.ge(depth, f32x4.splat(args.near)), f32x4.le(depth, f32x4.splat(args.far)))
    shows = v128.and(shows, f32x4.gt(reach, f32x4.splat(0)))
    if (!v128.any_true(shows)) continue
    const inverse = f32x4.div(f32x4.splat(1), depth)
    const slopeX = f32x4.mul(dot(rightX, rightY, rightZ, x, y, z), inverse)
    const slopeY = f32x4.mul(dot(downX, downY, downZ, x, y, z), inverse)
    const limitedX = f32x4.min(f32x4.max(slopeX, f32x4.splat(args.leastSlopeX)), f32x4.splat(args.mostSlopeX))
    const limitedY = f32x4.min(f32x4.max(slopeY, f32x4.splat(args.leastSlopeY)), f32x4.splat(args.mostSlopeY))

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

    const centerX = multiplyAdd(focalX, slopeX, f32x4.splat(args.cx))
    const centerY = multiplyAdd(focalY, slopeY, f32x4.splat(args.cy))
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

    v128.store(lanesAt, centerX, 0)
    v128.store(lanesAt, centerY, 16)
    v128.store(lanesAt, f32x4.sqrt(f32x4.div(f32x4.mul(halfBase2, yy), determinant)), 32)
    v128.store(lanesAt, f32x4.neg(f32x4.div(xy, yy)), 48)
    v128.store(lanesAt, f32x4.sqrt(f32x4.div(halfBase2, yy)), 64)
    v128.store(lanesAt, depth, 80)
    v128.store(lanesAt, halfX, 96)
    v128.store(lanesAt, halfY, 112)
    v128.store(lanesAt, tileRange(left, right), 128)
    v128.store(lanesAt, tileRange(top, bottom), 144)
    const distance = f32x4.sqrt(dot(x, y, z, x, y, z))
    v128.store(lanesAt, f32x4.div(x, distance), 160)
    v128.store(lanesAt, f32x4.div(y, distance), 176)
    v128.store(lanesAt, f32x4.div(z, distance), 192)
    v128.store(lanesAt, f32x4.mul(reach, f32x4.splat(LOG2_E)), 208)
    for (let left = lanes; left; left &= left - 1) {
      const lane = ctz(left)
      writeSplat(splat, i + lane, gaussians + <usize>(i + lane) * GAUSSIAN_BYTES, lanesAt + (lane << 2))
      countTiles(splat, tally, tileColumns)
      splat += SPLAT_BYTES
    }
  }
  store<u32>(args.splatCounts + (job << 2), <u32>((splat - first) / SPLAT_BYTES))
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
