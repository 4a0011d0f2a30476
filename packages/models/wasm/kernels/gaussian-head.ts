import { exp } from '@flashworld/engine/wasm/kernels/simd'
import { CAMERA_FLOATS, GaussianHeadArguments, GAUSSIAN_FLOATS, GAUSSIANS_PER_PIXEL } from './arguments'

const POINTS = GAUSSIANS_PER_PIXEL
const GAUSSIAN_BYTES: usize = GAUSSIAN_FLOATS * 4
const CAMERA_BYTES: usize = CAMERA_FLOATS * 4

// where numbers lie in the raw channels of a Gaussian, in bytes; the harmonics come first
const RAW_UV: usize = 27 * 4
const RAW_DEPTH: usize = 29 * 4
const RAW_SCALE: usize = 31 * 4
const RAW_ROTATION: usize = 34 * 4
const HARMONICS_BYTES: usize = 27 * 4

// and in the Gaussian; its position comes first
const OPACITY: usize = 3 * 4
const SCALE: usize = 4 * 4
const ROTATION: usize = 7 * 4
const HARMONICS: usize = 11 * 4

/**
 * The reconstruction decoder's raw channels [B, a, b, 2, 38] to Gaussians [B, 2, a, b, 38], which lie on
 * the rays of cameras [B, 11]. A job is a row of one image's pixels.
 */
export function gaussianHead(args: GaussianHeadArguments, job: i32, scratch: usize): void {
  const rows = args.rows
  const cols = args.cols
  const frame = job / rows
  const row = job % rows
  const camera = args.cameras + <usize>frame * CAMERA_BYTES
  const focalX = <f64>load<f32>(camera, 28)
  const focalY = <f64>load<f32>(camera, 32)
  const pixel = args.maxScalePixels * <f32>Math.sqrt(square(focalX / cols) + square(focalY / rows))
  let from = args.raw + <usize>(job * cols * POINTS) * GAUSSIAN_BYTES
  for (let col = 0; col < cols; col++) {
    for (let point = 0; point < POINTS; point++, from += GAUSSIAN_BYTES) {
      const index = ((frame * POINTS + point) * rows + row) * cols + col
      const out = args.out + <usize>index * GAUSSIAN_BYTES
      // depth, opacity and two of the scales lie side by side
      const powers = exp(f32x4.mul(v128.load(from + RAW_DEPTH), f32x4(1, -1, -1, -1)))
      const sigmoids = f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), powers))
      const third = exp(f32x4.neg(v128.load_splat<f32>(from + RAW_SCALE + 8)))
      const thirdScale: f32 = <f32>1 / (<f32>1 + f32x4.extract_lane(third, 0))
      const depth = f32x4.extract_lane(powers, 0)

      const x = slope(col, cols, load<f32>(camera, 36), load<f32>(from + RAW_UV), <f32>focalX)
      const y = slope(row, rows, load<f32>(camera, 40), load<f32>(from + RAW_UV + 4), <f32>focalY)
      storeAlongRay(camera, x, -y, depth, out)
      store<f32>(out + OPACITY, f32x4.extract_lane(sigmoids, 1))
      const reach = depth * pixel
      store<f32>(out + SCALE, reach * f32x4.extract_lane(sigmoids, 2))
      store<f32>(out + SCALE, reach * f32x4.extract_lane(sigmoids, 3), 4)
      store<f32>(out + SCALE, reach * thirdScale, 8)
      storeRotation(v128.load(from + RAW_ROTATION), out + ROTATION)
      memory.copy(out + HARMONICS, from, HARMONICS_BYTES)
    }
  }
}

// @ts-ignore: decorator
@inline
function square(x: f64): f64 {
  return x * x
}

/** How far the ray through a pixel goes to the side at depth 1, moved by `shift` principal points. */
// @ts-ignore: decorator
@inline
function slope(index: i32, size: i32, centerNorm: f32, shift: f32, focalNorm: f32): f32 {
  const center = centerNorm * <f32>size
  return (<f32>index + 0.5 - center + shift * center) / (focalNorm * <f32>size)
}

/** The camera's position plus `depth` along the unit direction of (x, y, -1), turned by the camera. */
function storeAlongRay(camera: usize, x: f32, y: f32, depth: f32, out: usize): void {
  const w = load<f32>(camera)
  const qx = load<f32>(camera, 4)
  const qy = load<f32>(camera, 8)
  const qz = load<f32>(camera, 12)
  const turn: f32 = <f32>2 / (w * w + qx * qx + qy * qy + qz * qz)
  const along = depth / sqrt<f32>(x * x + y * y + 1)
  // v + 2 (w (q x v) + q x (q x v)) / |q|^2
  const tx = -qy - qz * y
  const ty = qz * x + qx
  const tz = qx * y - qy * x
  store<f32>(out, load<f32>(camera, 16) + along * (x + turn * (w * tx + (qy * tz - qz * ty))))
  store<f32>(out, load<f32>(camera, 20) + along * (y + turn * (w * ty + (qz * tx - qx * tz))), 4)
  store<f32>(out, load<f32>(camera, 24) + along * (-1 + turn * (w * tz + (qx * ty - qy * tx))), 8)
}

function storeRotation(q: v128, out: usize): void {
  let sum: f64 = 0
  sum += square(<f64>f32x4.extract_lane(q, 0))
  sum += square(<f64>f32x4.extract_lane(q, 1))
  sum += square(<f64>f32x4.extract_lane(q, 2))
  sum += square(<f64>f32x4.extract_lane(q, 3))
  v128.store(out, f32x4.mul(q, f32x4.splat(<f32>(1 / max(Math.sqrt(sum), 1e-12)))))
}
