import { multiplyAdd } from './simd'

/**
 * `tile` of 6 rows x 16 columns, for V8's pass that makes one vector of 256 bits out of two neighbours of 128:
 * it starts from the pairs of stores at the end. Without that pass its 24 accumulators do not fit the registers.
 */
export function wideTile(rows: usize, taps: usize, tapCount: i32, length: i32, panel: usize, from: usize, out: usize): void {
  let c00 = v128.load(from, 0)
  let c01 = v128.load(from, 16)
  let c02 = v128.load(from, 32)
  let c03 = v128.load(from, 48)
  let c10 = v128.load(from, 64)
  let c11 = v128.load(from, 80)
  let c12 = v128.load(from, 96)
  let c13 = v128.load(from, 112)
  let c20 = v128.load(from, 128)
  let c21 = v128.load(from, 144)
  let c22 = v128.load(from, 160)
  let c23 = v128.load(from, 176)
  let c30 = v128.load(from, 192)
  let c31 = v128.load(from, 208)
  let c32 = v128.load(from, 224)
  let c33 = v128.load(from, 240)
  let c40 = v128.load(from, 256)
  let c41 = v128.load(from, 272)
  let c42 = v128.load(from, 288)
  let c43 = v128.load(from, 304)
  let c50 = v128.load(from, 320)
  let c51 = v128.load(from, 336)
  let c52 = v128.load(from, 352)
  let c53 = v128.load(from, 368)
  let b = panel
  const tapsEnd = taps + (tapCount << 2)
  for (let tap = taps; tap != tapsEnd; tap += 4) {
    const shift = load<u32>(tap)
    let a0 = load<u32>(rows, 0) + shift
    let a1 = load<u32>(rows, 4) + shift
    let a2 = load<u32>(rows, 8) + shift
    let a3 = load<u32>(rows, 12) + shift
    let a4 = load<u32>(rows, 16) + shift
    let a5 = load<u32>(rows, 20) + shift
    const end = b + (length << 6)
    while (b != end) {
      const b0 = v128.load(b)
      const b1 = v128.load(b, 16)
      const b2 = v128.load(b, 32)
      const b3 = v128.load(b, 48)
      const x0 = v128.load_splat<f32>(a0)
      c00 = multiplyAdd(x0, b0, c00)
      c01 = multiplyAdd(x0, b1, c01)
      c02 = multiplyAdd(x0, b2, c02)
      c03 = multiplyAdd(x0, b3, c03)
      const x1 = v128.load_splat<f32>(a1)
      c10 = multiplyAdd(x1, b0, c10)
      c11 = multiplyAdd(x1, b1, c11)
      c12 = multiplyAdd(x1, b2, c12)
      c13 = multiplyAdd(x1, b3, c13)
      const x2 = v128.load_splat<f32>(a2)
      c20 = multiplyAdd(x2, b0, c20)
      c21 = multiplyAdd(x2, b1, c21)
      c22 = multiplyAdd(x2, b2, c22)
      c23 = multiplyAdd(x2, b3, c23)
      const x3 = v128.load_splat<f32>(a3)
      c30 = multiplyAdd(x3, b0, c30)
      c31 = multiplyAdd(x3, b1, c31)
      c32 = multiplyAdd(x3, b2, c32)
      c33 = multiplyAdd(x3, b3, c33)
      const x4 = v128.load_splat<f32>(a4)
      c40 = multiplyAdd(x4, b0, c40)
      c41 = multiplyAdd(x4, b1, c41)
      c42 = multiplyAdd(x4, b2, c42)
      c43 = multiplyAdd(x4, b3, c43)
      const x5 = v128.load_splat<f32>(a5)
      c50 = multiplyAdd(x5, b0, c50)
      c51 = multiplyAdd(x5, b1, c51)
      c52 = multiplyAdd(x5, b2, c52)
      c53 = multiplyAdd(x5, b3, c53)
      a0 += 4
      a1 += 4
      a2 += 4
      a3 += 4
      a4 += 4
      a5 += 4
      b += 64
    }
  }
  v128.store(out, c00, 0)
  v128.store(out, c01, 16)
  v128.store(out, c02, 32)
  v128.store(out, c03, 48)
  v128.store(out, c10, 64)
  v128.store(out, c11, 80)
  v128.store(out, c12, 96)
  v128.store(out, c13, 112)
  v128.store(out, c20, 128)
  v128.store(out, c21, 144)
  v128.store(out, c22, 160)
  v128.store(out, c23, 176)
  v128.store(out, c30, 192)
  v128.store(out, c31, 208)
  v128.store(out, c32, 224)
  v128.store(out, c33, 240)
  v128.store(out, c40, 256)
  v128.store(out, c41, 272)
  v128.store(out, c42, 288)
  v128.store(out, c43, 304)
  v128.store(out, c50, 320)
  v128.store(out, c51, 336)
  v128.store(out, c52, 352)
  v128.store(out, c53, 368)
}
