import { multiplyAdd } from './simd'

/** `tile` of 6 rows x 8 columns. */
export function narrowTile(rows: usize, taps: usize, tapCount: i32, length: i32, panel: usize, from: usize, out: usize): void {
  let c00 = v128.load(from, 0)
  let c01 = v128.load(from, 16)
  let c10 = v128.load(from, 32)
  let c11 = v128.load(from, 48)
  let c20 = v128.load(from, 64)
  let c21 = v128.load(from, 80)
  let c30 = v128.load(from, 96)
  let c31 = v128.load(from, 112)
  let c40 = v128.load(from, 128)
  let c41 = v128.load(from, 144)
  let c50 = v128.load(from, 160)
  let c51 = v128.load(from, 176)
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
    const end = b + (length << 5)
    while (b != end) {
      const b0 = v128.load(b)
      const b1 = v128.load(b, 16)
      const x0 = v128.load_splat<f32>(a0)
      c00 = multiplyAdd(x0, b0, c00)
      c01 = multiplyAdd(x0, b1, c01)
      const x1 = v128.load_splat<f32>(a1)
      c10 = multiplyAdd(x1, b0, c10)
      c11 = multiplyAdd(x1, b1, c11)
      const x2 = v128.load_splat<f32>(a2)
      c20 = multiplyAdd(x2, b0, c20)
      c21 = multiplyAdd(x2, b1, c21)
      const x3 = v128.load_splat<f32>(a3)
      c30 = multiplyAdd(x3, b0, c30)
      c31 = multiplyAdd(x3, b1, c31)
      const x4 = v128.load_splat<f32>(a4)
      c40 = multiplyAdd(x4, b0, c40)
      c41 = multiplyAdd(x4, b1, c41)
      const x5 = v128.load_splat<f32>(a5)
      c50 = multiplyAdd(x5, b0, c50)
      c51 = multiplyAdd(x5, b1, c51)
      a0 += 4
      a1 += 4
      a2 += 4
      a3 += 4
      a4 += 4
      a5 += 4
      b += 32
    }
  }
  v128.store(out, c00, 0)
  v128.store(out, c01, 16)
  v128.store(out, c10, 32)
  v128.store(out, c11, 48)
  v128.store(out, c20, 64)
  v128.store(out, c21, 80)
  v128.store(out, c30, 96)
  v128.store(out, c31, 112)
  v128.store(out, c40, 128)
  v128.store(out, c41, 144)
  v128.store(out, c50, 160)
  v128.store(out, c51, 176)
}
