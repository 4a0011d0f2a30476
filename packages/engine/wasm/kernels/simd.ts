// Arithmetic on four f32 at a time.

/** a * b + c: fused where the machine's relaxed SIMD has it. */
// @ts-ignore: decorator
@inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c)
  return f32x4.add(f32x4.mul(a, b), c)
}

/** The four lanes added in one fixed order. */
// @ts-ignore: decorator
@inline
export function sumLanes(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  )
}

// @ts-ignore: decorator
@inline
export function maxLanes(v: v128): f32 {
  return max(
    max(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)),
    max(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)),
  )
}

/**
 * Constants of `exp` and `activate`, four of each: a vector is loaded from memory in one instruction, but
 * takes several to be made. The first is 1.5 * 2^23: added to a small number, the sum's low bits are the
 * number rounded to an integer.
 */
// prettier-ignore
const constants = memory.data<f32>([
  12582912, 12582912, 12582912, 12582912,
  1.44269504, 1.44269504, 1.44269504, 1.44269504,
  -0.693359375, -0.693359375, -0.693359375, -0.693359375,
  2.12194440e-4, 2.12194440e-4, 2.12194440e-4, 2.12194440e-4,
  1.0 / 5040, 1.0 / 5040, 1.0 / 5040, 1.0 / 5040,
  1.0 / 720, 1.0 / 720, 1.0 / 720, 1.0 / 720,
  1.0 / 120, 1.0 / 120, 1.0 / 120, 1.0 / 120,
  1.0 / 24, 1.0 / 24, 1.0 / 24, 1.0 / 24,
  1.0 / 6, 1.0 / 6, 1.0 / 6, 1.0 / 6,
  0.5, 0.5, 0.5, 0.5,
  1, 1, 1, 1,
  88, 88, 88, 88,
  -87, -87, -87, -87,
], 16)

// @ts-ignore: decorator
@inline
function constant(index: usize): v128 {
  return v128.load(constants + (index << 4))
}

/**
 * e^x to about an ulp: x = n ln 2 + r with |r| <= ln 2 / 2, the series of e^r to its seventh power
 * (what is left out is below 6e-9), times 2^n. Below -87 it stays at 2^-126; above 88 at 1.7e38.
 */
// @ts-ignore: decorator
@inline
export function exp(power: v128): v128 {
  // these two let NaN through
  const x = f32x4.pmax(f32x4.pmin(power, constant(11)), constant(12))
  const rounded = multiplyAdd(x, constant(1), constant(0))
  const n = f32x4.sub(rounded, constant(0))
  // ln 2 in two parts: n times the first is exact
  const r = multiplyAdd(n, constant(3), multiplyAdd(n, constant(2), x))
  let p = multiplyAdd(r, constant(4), constant(5))
  p = multiplyAdd(p, r, constant(6))
  p = multiplyAdd(p, r, constant(7))
  p = multiplyAdd(p, r, constant(8))
  p = multiplyAdd(p, r, constant(9))
  p = multiplyAdd(p, r, constant(10))
  p = multiplyAdd(p, r, constant(10))
  // n, in the low bits of `rounded`, moves to the exponent
  return i32x4.add(p, i32x4.shl(rounded, 23))
}

export const NONE = 0
export const SILU = 1
export const GELU = 2

/** SiLU is x sigmoid(x); GELU's tanh form is x sigmoid(2 u), u being what its tanh is taken of. */
// @ts-ignore: decorator
@inline
export function activate(kind: i32, x: v128): v128 {
  if (kind == NONE) return x
  let z = x
  if (kind == GELU) {
    const cubic = multiplyAdd(f32x4.mul(f32x4.mul(x, x), f32x4.splat(0.044715)), x, x)
    z = f32x4.mul(cubic, f32x4.splat(1.5957691216)) // 2 sqrt(2 / pi)
  }
  return f32x4.div(x, f32x4.add(constant(10), exp(f32x4.neg(z))))
}

/** Up to four floats from p; lanes at and past `count` are 0. */
// @ts-ignore: decorator
@inline
export function loadSome(p: usize, count: i32): v128 {
  return count >= 4 ? v128.load(p) : loadFew(p, count)
}

function loadFew(p: usize, count: i32): v128 {
  let v = v128.load_zero<f32>(p)
  if (count > 1) v = f32x4.replace_lane(v, 1, load<f32>(p, 4))
  if (count > 2) v = f32x4.replace_lane(v, 2, load<f32>(p, 8))
  return v
}

// @ts-ignore: decorator
@inline
export function storeSome(p: usize, v: v128, count: i32): void {
  if (count >= 4) v128.store(p, v)
  else storeFew(p, v, count)
}

function storeFew(p: usize, v: v128, count: i32): void {
  store<f32>(p, f32x4.extract_lane(v, 0))
  if (count > 1) store<f32>(p, f32x4.extract_lane(v, 1), 4)
  if (count > 2) store<f32>(p, f32x4.extract_lane(v, 2), 8)
}
