import { GAINS_AT_ONCE, LayerNormArguments, RmsNormArguments } from './arguments'
import { activate, loadSome, multiplyAdd, storeSome, sumLanes } from './simd'

/** activation(x / sqrt(mean(x^2) + eps) * weight) of rows of C. A job is a block of rows. */
export function rmsNorm(args: RmsNormArguments, job: i32, scratch: usize): void {
  const weight = args.weight
  const size = args.size
  const eps = args.eps
  const activation = args.activation
  const perJob = args.rowsPerJob
  const end = min((job + 1) * perJob, args.rows)
  const gains = args.gainsIn(scratch)
  const rowBytes = <usize>size << 2
  for (let row = job * perJob; row < end; row += GAINS_AT_ONCE) {
    const offset = <usize>row * rowBytes
    const count = <usize>min(GAINS_AT_ONCE, end - row)
    const x = args.x + offset
    const y = args.out + offset
    for (let r: usize = 0; r < count; r++) {
      const meanSquare = <f64>squares(x + r * rowBytes, size) / size
      store<f32>(gains + (r << 2), <f32>(1 / Math.sqrt(meanSquare + eps)))
    }
    for (let r: usize = 0; r < count; r++) {
      const gain = v128.load_splat<f32>(gains + (r << 2))
      scaleRow(x + r * rowBytes, y + r * rowBytes, weight, size, gain, activation)
    }
  }
}

function squares(x: usize, size: i32): f32 {
  let sum = f32x4.splat(0)
  for (let c = 0; c < size; c += 4) {
    const v = loadSome(x + (c << 2), size - c)
    sum = multiplyAdd(v, v, sum)
  }
  return sumLanes(sum)
}

function scaleRow(x: usize, y: usize, weight: usize, size: i32, gain: v128, activation: i32): void {
  for (let c = 0; c < size; c += 4) {
    const left = size - c
    const v = f32x4.mul(f32x4.mul(loadSome(x + (c << 2), left), gain), loadSome(weight + (c << 2), left))
    storeSome(y + (c << 2), activate(activation, v), left)
  }
}

/** (n * weight + bias) * (1 + scale) + shift, n being rows of C with mean 0 and variance 1. A job is a block of rows. */
export function layerNorm(args: LayerNormArguments, job: i32, scratch: usize): void {
  const size = args.size
  const weight = args.weight
  const bias = args.bias
  const scale = args.scale
  const shift = args.shift
  const perJob = args.rowsPerJob
  const first = job * perJob
  const end = min(first + perJob, args.rows)
  const one = f32x4.splat(1)
  for (let row = first; row < end; row++) {
    const at = <usize>row * size * 4
    const x = args.x + at
    const y = args.out + at
    let sum = f32x4.splat(0)
    for (let c = 0; c < size; c += 4) sum = f32x4.add(sum, loadSome(x + (c << 2), size - c))
    const mean = f32x4.splat(sumLanes(sum) / <f32>size)
    const gain = f32x4.splat(<f32>(1 / Math.sqrt(<f64>squaresAround(x, size, mean) / size + args.eps)))
    for (let c = 0; c < size; c += 4) {
      const left = size - c
      let v = f32x4.mul(f32x4.sub(loadSome(x + (c << 2), left), mean), gain)
      if (weight) v = f32x4.mul(v, loadSome(weight + (c << 2), left))
      if (bias) v = f32x4.add(v, loadSome(bias + (c << 2), left))
      if (scale) v = f32x4.mul(v, f32x4.add(one, loadSome(scale + (c << 2), left)))
      if (shift) v = f32x4.add(v, loadSome(shift + (c << 2), left))
      storeSome(y + (c << 2), v, left)
    }
  }
}

function squaresAround(x: usize, size: i32, mean: v128): f32 {
  let squares = f32x4.splat(0)
  const whole = size & ~3
  for (let c = 0; c < whole; c += 4) {
    const v = f32x4.sub(v128.load(x + (c << 2)), mean)
    squares = f32x4.add(squares, f32x4.mul(v, v))
  }
  let sum = sumLanes(squares)
  for (let c = whole; c < size; c++) {
    const v = load<f32>(x + (c << 2)) - f32x4.extract_lane(mean, 0)
    sum += v * v
  }
  return sum
}
