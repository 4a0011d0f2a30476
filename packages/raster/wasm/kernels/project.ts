// Gaussians as a view sees them.
import { multiplyAdd } from '@flashworld/engine/wasm/kernels/simd'
import {
  GAUSSIAN_FLOATS,
  PREPARED_BYTES,
  RasterPrepareArguments,
  RasterProjectArguments,
  SPLAT_BYTES,
  TILE_HEIGHT,
  TILE_WIDTH,
  VIEW_BYTES,
} from './arguments'
import { countTiles } from './bin'
import { BOX, CENTER_X, COLOR, DEPTH, ID, STEEP } from './splat'

/** A packed Gaussian: xyz, opacity, scale 3, quaternion wxyz, SH 27. */
const GAUSSIAN_BYTES: usize = GAUSSIAN_FLOATS * 4

/** e^x = 2^(x LOG2_E) */
const LOG2_E: f32 = 1.4426950408889634

// A view: its rotation, right, down and forward, is followed by these.
const PLACE: usize = 36
const FOCAL_X: usize = 48
const FOCAL_Y: usize = 52
const PRINCIPAL_X: usize = 56
const PRINCIPAL_Y: usize = 60
const LEAST_SLOPE_X: usize = 64
const MOST_SLOPE_X: usize = 68
const LEAST_SLOPE_Y: usize = 72
const MOST_SLOPE_Y: usize = 76

// Gaussians by fours, vector by vector: where they are; the power up to which one counts, with a little room, below 0
// where it counts nowhere; the three axes as long as their standard deviations; opacity.
const X: usize = 0
const Y: usize = 16
const Z: usize = 32
const POWER: usize = 48
const AXIS_0: usize = 64
const AXIS_1: usize = 112
const AXIS_2: usize = 160
const OPACITY: usize = 208

/** A job is a block of Gaussians. */
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
    else store<f32>(to, -1, POWER)
  }
}

function prepareOne(g: usize, to: usize, minAlpha: f64): void {
  const opacity = load<f32>(g, 12)
  store<f32>(to, load<f32>(g, 0), X)
  store<f32>(to, load<f32>(g, 4), Y)
  store<f32>(to, load<f32>(g, 8), Z)
  const counts = opacity >= <f32>minAlpha
  store<f32>(to, counts ? <f32>(Math.log(<f64>opacity / minAlpha) * 1.0001 + 1e-4) : -1, POWER)
  store<f32>(to, opacity, OPACITY)
  const w = load<f32>(g, 28)
  const x = load<f32>(g, 32)
  const y = load<f32>(g, 36)
  const z = load<f32>(g, 40)
  const s: f32 = 2 / (w * w + x * x + y * y + z * z)
  storeAxis(to + AXIS_0, load<f32>(g, 16), 1 - s * (y * y + z * z), s * (x * y + z * w), s * (x * z - y * w))
  storeAxis(to + AXIS_1, load<f32>(g, 20), s * (x * y - z * w), 1 - s * (x * x + z * z), s * (y * z + x * w))
  storeAxis(to + AXIS_2, load<f32>(g, 24), s * (x * z + y * w), s * (y * z - x * w), 1 - s * (x * x + y * y))
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
 * The splats of a block's visible Gaussians in each view, from the block's place in the view's `splats` on, and how many
 * of them show in each tile. A job is a block: it stays in the cache for all views.
 */
export function rasterProject(args: RasterProjectArguments, job: i32, scratch: usize): void {
  const basis = args.basisIn(scratch)
  for (let view = 0; view < args.viewCount; view++) projectBlock(args, view, job, basis)
}

function projectBlock(args: RasterProjectArguments, view: i32, block: i32, basis: usize): void {
  const gaussians = args.gaussians
  const perBlock = args.perBlock
  const blockCount = args.blockCount
  const end = min((block + 1) * perBlock, args.count)
  const width = args.width
  const height = args.height
  const tileColumns = (width + TILE_WIDTH - 1) / TILE_WIDTH
  const tileCount = tileColumns * ((height + TILE_HEIGHT - 1) / TILE_HEIGHT)
  const part = view * blockCount + block
  const tally = args.tally + ((<usize>part * tileCount) << 2)
  memory.fill(tally, 0, <usize>tileCount << 2)
  const at = args.views + <usize>view * VIEW_BYTES
  const rightX = v128.load32_splat(at, 0)
  const rightY = v128.load32_splat(at, 4)
  const rightZ = v128.load32_splat(at, 8)
  const downX = v128.load32_splat(at, 12)
  const downY = v128.load32_splat(at, 16)
  const downZ = v128.load32_splat(at, 20)
  const forwardX = v128.load32_splat(at, 24)
  const forwardY = v128.load32_splat(at, 28)
  const forwardZ = v128.load32_splat(at, 32)
  const focalX = v128.load32_splat(at, FOCAL_X)
  const focalY = v128.load32_splat(at, FOCAL_Y)
  const blur = f32x4.splat(args.blur)
  const first = args.splats + <usize>part * perBlock * SPLAT_BYTES
  let splat = first
  for (let i = block * perBlock; i < end; i += 4) {
    const p = args.prepared + <usize>(i >> 2) * PREPARED_BYTES
    const reach = v128.load(p, POWER)
    const x = f32x4.sub(v128.load(p, X), v128.load32_splat(at, PLACE))
    const y = f32x4.sub(v128.load(p, Y), v128.load32_splat(at, PLACE + 4))
    const z = f32x4.sub(v128.load(p, Z), v128.load32_splat(at, PLACE + 8))
    const depth = dot(forwardX, forwardY, forwardZ, x, y, z)
    let shows = v128.and(f32x4.ge(depth, f32x4.splat(args.near)), f32x4.le(depth, f32x4.splat(args.far)))
    shows = v128.and(shows, f32x4.gt(reach, f32x4.splat(0)))
    if (!v128.any_true(shows)) continue
    const inverse = f32x4.div(f32x4.splat(1), depth)
    const slopeX = f32x4.mul(dot(rightX, rightY, rightZ, x, y, z), inverse)
    const slopeY = f32x4.mul(dot(downX, downY, downZ, x, y, z), inverse)
    const limitedX = f32x4.pmin(f32x4.pmax(slopeX, v128.load32_splat(at, LEAST_SLOPE_X)), v128.load32_splat(at, MOST_SLOPE_X))
    const limitedY = f32x4.pmin(f32x4.pmax(slopeY, v128.load32_splat(at, LEAST_SLOPE_Y)), v128.load32_splat(at, MOST_SLOPE_Y))

    // the linearised projection's two rows, times the ellipsoid's axes
    const perX = f32x4.mul(focalX, inverse)
    const perY = f32x4.mul(focalY, inverse)
    const acrossX = f32x4.mul(perX, f32x4.sub(rightX, f32x4.mul(limitedX, forwardX)))
    const acrossY = f32x4.mul(perX, f32x4.sub(rightY, f32x4.mul(limitedX, forwardY)))
    const acrossZ = f32x4.mul(perX, f32x4.sub(rightZ, f32x4.mul(limitedX, forwardZ)))
    const alongX = f32x4.mul(perY, f32x4.sub(downX, f32x4.mul(limitedY, forwardX)))
    const alongY = f32x4.mul(perY, f32x4.sub(downY, f32x4.mul(limitedY, forwardY)))
    const alongZ = f32x4.mul(perY, f32x4.sub(downZ, f32x4.mul(limitedY, forwardZ)))
    const u0 = dot(acrossX, acrossY, acrossZ, v128.load(p, AXIS_0), v128.load(p, AXIS_0 + 16), v128.load(p, AXIS_0 + 32))
    const u1 = dot(acrossX, acrossY, acrossZ, v128.load(p, AXIS_1), v128.load(p, AXIS_1 + 16), v128.load(p, AXIS_1 + 32))
    const u2 = dot(acrossX, acrossY, acrossZ, v128.load(p, AXIS_2), v128.load(p, AXIS_2 + 16), v128.load(p, AXIS_2 + 32))
    const v0 = dot(alongX, alongY, alongZ, v128.load(p, AXIS_0), v128.load(p, AXIS_0 + 16), v128.load(p, AXIS_0 + 32))
    const v1 = dot(alongX, alongY, alongZ, v128.load(p, AXIS_1), v128.load(p, AXIS_1 + 16), v128.load(p, AXIS_1 + 32))
    const v2 = dot(alongX, alongY, alongZ, v128.load(p, AXIS_2), v128.load(p, AXIS_2 + 16), v128.load(p, AXIS_2 + 32))
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

    const centerX = multiplyAdd(focalX, slopeX, v128.load32_splat(at, PRINCIPAL_X))
    const centerY = multiplyAdd(focalY, slopeY, v128.load32_splat(at, PRINCIPAL_Y))
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

    const whiten = f32x4.sqrt(f32x4.div(f32x4.mul(halfBase2, yy), determinant))
    const shear = f32x4.neg(f32x4.div(xy, yy))
    const steep = f32x4.sqrt(f32x4.div(halfBase2, yy))
    const ids = i32x4.add(i32x4.splat(i), i32x4(0, 1, 2, 3))
    storeTurned(splat + CENTER_X, lanes, centerX, centerY, whiten, shear)
    storeTurned(splat + STEEP, lanes, steep, f32x4.mul(reach, f32x4.splat(LOG2_E)), v128.load(p, OPACITY), ids)
    storeTurned(splat + BOX, lanes, i32x4.shr_u(left, 2), i32x4.shr_u(right, 2), top, bottom)
    const distance = f32x4.sqrt(dot(x, y, z, x, y, z))
    storeHarmonics(basis, f32x4.div(x, distance), f32x4.div(y, distance), f32x4.div(z, distance))
    v128.store(basis, depth, 128)
    for (let left = lanes; left; left &= left - 1) {
      const lane = ctz(left)
      const here = basis + (<usize>lane << 2)
      const sh = gaussians + <usize>(i + lane) * GAUSSIAN_BYTES + 44
      v128.store(splat, f32x4.replace_lane(colorOf(sh, here), 3, load<f32>(here, 128)), COLOR)
      countTiles(splat, tally, tileColumns)
      splat += SPLAT_BYTES
    }
  }
  store<u32>(args.splatCounts + (part << 2), <u32>((splat - first) / SPLAT_BYTES))
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

/** Stores the columns of four rows, those of `lanes` only, each in a splat of its own. */
// @ts-ignore: decorator
@inline
function storeTurned(to: usize, lanes: i32, a: v128, b: v128, c: v128, d: v128): void {
  const abLow = v128.shuffle<f32>(a, b, 0, 4, 1, 5)
  const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7)
  const cdLow = v128.shuffle<f32>(c, d, 0, 4, 1, 5)
  const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7)
  // without a branch: what is of no lane is written, too, but where the next one will be
  v128.store(to, v128.shuffle<f64>(abLow, cdLow, 0, 2))
  to += (lanes & 1) * SPLAT_BYTES
  v128.store(to, v128.shuffle<f64>(abLow, cdLow, 1, 3))
  to += ((lanes >> 1) & 1) * SPLAT_BYTES
  v128.store(to, v128.shuffle<f64>(abHigh, cdHigh, 0, 2))
  to += ((lanes >> 2) & 1) * SPLAT_BYTES
  v128.store(to, v128.shuffle<f64>(abHigh, cdHigh, 1, 3))
}

/** The real spherical harmonics of degrees 1 and 2 in four unit directions, vector by vector. */
// @ts-ignore: decorator
@inline
function storeHarmonics(to: usize, x: v128, y: v128, z: v128): void {
  const first = f32x4.splat(0.4886025119029199)
  const second = f32x4.splat(1.0925484305920792)
  v128.store(to, f32x4.neg(f32x4.mul(first, y)), 0)
  v128.store(to, f32x4.mul(first, z), 16)
  v128.store(to, f32x4.neg(f32x4.mul(first, x)), 32)
  v128.store(to, f32x4.mul(second, f32x4.mul(x, y)), 48)
  v128.store(to, f32x4.neg(f32x4.mul(second, f32x4.mul(y, z))), 64)
  const zz = f32x4.mul(f32x4.splat(3), f32x4.mul(z, z))
  v128.store(to, f32x4.mul(f32x4.splat(0.31539156525252005), f32x4.sub(zz, f32x4.splat(1))), 80)
  v128.store(to, f32x4.neg(f32x4.mul(second, f32x4.mul(x, z))), 96)
  const difference = f32x4.sub(f32x4.mul(x, x), f32x4.mul(y, y))
  v128.store(to, f32x4.mul(f32x4.splat(0.5462742152960396), difference), 112)
}

/** Red, green, blue of spherical harmonics to degree 2. @param basis where the direction's are, by vectors */
// @ts-ignore: decorator
@inline
function colorOf(sh: usize, basis: usize): v128 {
  let sum = multiplyAdd(f32x4.splat(0.28209479177387814), v128.load(sh, 0), f32x4.splat(0.5))
  sum = multiplyAdd(v128.load32_splat(basis, 0), v128.load(sh, 12), sum)
  sum = multiplyAdd(v128.load32_splat(basis, 16), v128.load(sh, 24), sum)
  sum = multiplyAdd(v128.load32_splat(basis, 32), v128.load(sh, 36), sum)
  sum = multiplyAdd(v128.load32_splat(basis, 48), v128.load(sh, 48), sum)
  sum = multiplyAdd(v128.load32_splat(basis, 64), v128.load(sh, 60), sum)
  sum = multiplyAdd(v128.load32_splat(basis, 80), v128.load(sh, 72), sum)
  sum = multiplyAdd(v128.load32_splat(basis, 96), v128.load(sh, 84), sum)
  // the last three floats are at the Gaussian's end: read from one float before
  const last = v128.load(sh, 92)
  const shifted = v128.shuffle<f32>(last, last, 1, 2, 3, 3)
  sum = multiplyAdd(v128.load32_splat(basis, 112), shifted, sum)
  return f32x4.pmax(sum, f32x4.splat(0))
}
