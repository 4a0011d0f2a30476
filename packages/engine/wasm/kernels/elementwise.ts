import { floatArg, intArg, pointerArg } from './args'
import { activate, exp, loadSome, multiplyAdd, storeSome } from './simd'

/** Args: x, out, count, activation, elements a job (a multiple of 4). */
export function activation(args: usize, job: i32, scratch: usize): void {
  const perJob = intArg(args, 4)
  const first = job * perJob
  const count = min(perJob, intArg(args, 2) - first)
  const x = pointerArg(args, 0) + (<usize>first << 2)
  const y = pointerArg(args, 1) + (<usize>first << 2)
  const kind = intArg(args, 3)
  for (let i = 0; i < count; i += 4) {
    storeSome(y + (i << 2), activate(kind, loadSome(x + (i << 2), count - i)), count - i)
  }
}

/** a x + b y. Args: x, y, out, count, a, b, elements a job. */
export function blend(args: usize, job: i32, scratch: usize): void {
  const perJob = intArg(args, 6)
  const first = job * perJob
  const count = min(perJob, intArg(args, 3) - first)
  const offset = <usize>first << 2
  const x = pointerArg(args, 0) + offset
  const y = pointerArg(args, 1) + offset
  const z = pointerArg(args, 2) + offset
  const a = f32x4.splat(floatArg(args, 4))
  const b = f32x4.splat(floatArg(args, 5))
  for (let i = 0; i < count; i += 4) {
    const left = count - i
    const at = i << 2
    storeSome(z + at, multiplyAdd(a, loadSome(x + at, left), f32x4.mul(b, loadSome(y + at, left))), left)
  }
}

/** x scale + shift by channel. Args: x, scale, shift, out, rows, C, rows a job. */
export function affine(args: usize, job: i32, scratch: usize): void {
  const size = intArg(args, 5)
  const perJob = intArg(args, 6)
  const first = job * perJob
  const end = min(first + perJob, intArg(args, 4))
  const scale = pointerArg(args, 1)
  const shift = pointerArg(args, 2)
  for (let row = first; row < end; row++) {
    const offset = <usize>row * size * 4
    const x = pointerArg(args, 0) + offset
    const y = pointerArg(args, 3) + offset
    for (let c = 0; c < size; c += 4) {
      const left = size - c
      const at = c << 2
      const v = multiplyAdd(loadSome(x + at, left), loadSome(scale + at, left), loadSome(shift + at, left))
      storeSome(y + at, v, left)
    }
  }
}

/** mean + exp(clamped log variance / 2) eps. Args: moments, eps, out, rows, Z, rows a job. */
export function gaussianSample(args: usize, job: i32, scratch: usize): void {
  const size = intArg(args, 4)
  const perJob = intArg(args, 5)
  const first = job * perJob
  const end = min(first + perJob, intArg(args, 3))
  for (let row = first; row < end; row++) {
    const offset = <usize>row * size * 4
    const mean = pointerArg(args, 0) + 2 * offset
    const logVariance = mean + (<usize>size << 2)
    const eps = pointerArg(args, 1) + offset
    const y = pointerArg(args, 2) + offset
    for (let c = 0; c < size; c += 4) {
      const left = size - c
      const at = c << 2
      const log = f32x4.pmax(f32x4.pmin(loadSome(logVariance + at, left), f32x4.splat(20)), f32x4.splat(-30))
      const deviation = exp(f32x4.mul(log, f32x4.splat(0.5)))
      storeSome(y + at, multiplyAdd(deviation, loadSome(eps + at, left), loadSome(mean + at, left)), left)
    }
  }
}

/**
 * Turns each pair of neighbours of x[L, H, D] by its position's angle. A job is a block of positions.
 * Args: x, cos, sin, out, L, H, D, positions a job.
 */
export function rope(args: usize, job: i32, scratch: usize): void {
  const heads = intArg(args, 5)
  const size = intArg(args, 6)
  const perJob = intArg(args, 7)
  const first = job * perJob
  const end = min(first + perJob, intArg(args, 4))
  const signs = f32x4(-1, 1, -1, 1)
  for (let position = first; position < end; position++) {
    const cos = pointerArg(args, 1) + <usize>position * size * 2
    const sin = pointerArg(args, 2) + <usize>position * size * 2
    for (let head = 0; head < heads; head++) {
      const offset = <usize>(position * heads + head) * size * 4
      const x = pointerArg(args, 0) + offset
      const y = pointerArg(args, 3) + offset
      for (let d = 0; d < size; d += 4) {
        const left = size - d
        const v = loadSome(x + (d << 2), left)
        const c = loadSome(cos + (d << 1), left >> 1)
        const s = loadSome(sin + (d << 1), left >> 1)
        const turned = f32x4.mul(v128.shuffle<f32>(v, v, 1, 0, 3, 2), signs)
        const across = f32x4.mul(turned, v128.shuffle<f32>(s, s, 0, 0, 1, 1))
        storeSome(y + (d << 2), multiplyAdd(v, v128.shuffle<f32>(c, c, 0, 0, 1, 1), across), left)
      }
    }
  }
}
