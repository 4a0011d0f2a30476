import {
  ActivationArguments,
  AffineArguments,
  BlendArguments,
  GaussianSampleArguments,
  RopeArguments,
} from './arguments'
import { activate, exp, loadSome, multiplyAdd, storeSome } from './simd'

/** A job is a block of elements, a multiple of 4. */
export function activation(args: ActivationArguments, job: i32, scratch: usize): void {
  const perJob = args.perJob
  const first = job * perJob
  const count = min(perJob, args.count - first)
  const x = args.x + (<usize>first << 2)
  const y = args.out + (<usize>first << 2)
  const kind = args.activation
  for (let i = 0; i < count; i += 4) {
    storeSome(y + (i << 2), activate(kind, loadSome(x + (i << 2), count - i)), count - i)
  }
}

/** a x + b y. A job is a block of elements. */
export function blend(args: BlendArguments, job: i32, scratch: usize): void {
  const perJob = args.perJob
  const first = job * perJob
  const count = min(perJob, args.count - first)
  const offset = <usize>first << 2
  const x = args.x + offset
  const y = args.y + offset
  const z = args.out + offset
  const a = f32x4.splat(args.a)
  const b = f32x4.splat(args.b)
  for (let i = 0; i < count; i += 4) {
    const left = count - i
    const at = i << 2
    storeSome(z + at, multiplyAdd(a, loadSome(x + at, left), f32x4.mul(b, loadSome(y + at, left))), left)
  }
}

/** x scale + shift by channel. A job is a block of rows. */
export function affine(args: AffineArguments, job: i32, scratch: usize): void {
  const size = args.size
  const perJob = args.rowsPerJob
  const first = job * perJob
  const end = min(first + perJob, args.rows)
  const scale = args.scale
  const shift = args.shift
  for (let row = first; row < end; row++) {
    const offset = <usize>row * size * 4
    const x = args.x + offset
    const y = args.out + offset
    for (let c = 0; c < size; c += 4) {
      const left = size - c
      const at = c << 2
      const v = multiplyAdd(loadSome(x + at, left), loadSome(scale + at, left), loadSome(shift + at, left))
      storeSome(y + at, v, left)
    }
  }
}

/** mean + exp(clamped log variance / 2) eps. A job is a block of rows. */
export function gaussianSample(args: GaussianSampleArguments, job: i32, scratch: usize): void {
  const size = args.size
  const perJob = args.rowsPerJob
  const first = job * perJob
  const end = min(first + perJob, args.rows)
  for (let row = first; row < end; row++) {
    const offset = <usize>row * size * 4
    const mean = args.moments + 2 * offset
    const logVariance = mean + (<usize>size << 2)
    const eps = args.eps + offset
    const y = args.out + offset
    for (let c = 0; c < size; c += 4) {
      const left = size - c
      const at = c << 2
      const log = f32x4.pmax(f32x4.pmin(loadSome(logVariance + at, left), f32x4.splat(20)), f32x4.splat(-30))
      const deviation = exp(f32x4.mul(log, f32x4.splat(0.5)))
      storeSome(y + at, multiplyAdd(deviation, loadSome(eps + at, left), loadSome(mean + at, left)), left)
    }
  }
}

/** Turns each pair of neighbours of x[L, H, D] by its position's angle. A job is a block of positions. */
export function rope(args: RopeArguments, job: i32, scratch: usize): void {
  const heads = args.heads
  const size = args.size
  const perJob = args.rowsPerJob
  const first = job * perJob
  const end = min(first + perJob, args.rows)
  const signs = f32x4(-1, 1, -1, 1)
  for (let position = first; position < end; position++) {
    const cos = args.cos + <usize>position * size * 2
    const sin = args.sin + <usize>position * size * 2
    for (let head = 0; head < heads; head++) {
      const offset = <usize>(position * heads + head) * size * 4
      const x = args.x + offset
      const y = args.out + offset
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
