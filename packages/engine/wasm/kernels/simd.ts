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
 * e^x to about an ulp: x = n ln 2 + r with |r| <= ln 2 / 2, the series of e^r to its seventh power
 * (what is left out is below 6e-9), times 2^n. Below -87 it stays at 2^-126; above 88 at 1.7e38.
 */
export function exp(x: v128): v128 {
  x = f32x4.max(f32x4.min(x, f32x4.splat(88)), f32x4.splat(-87))
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.44269504)))
  // ln 2 in two parts: n times the first is exact
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)))
  r = multiplyAdd(n, f32x4.splat(2.12194440e-4), r)
  let p = multiplyAdd(r, f32x4.splat(1.0 / 5040), f32x4.splat(1.0 / 720))
  p = multiplyAdd(p, r, f32x4.splat(1.0 / 120))
  p = multiplyAdd(p, r, f32x4.splat(1.0 / 24))
  p = multiplyAdd(p, r, f32x4.splat(1.0 / 6))
  p = multiplyAdd(p, r, f32x4.splat(0.5))
  p = multiplyAdd(p, r, f32x4.splat(1))
  p = multiplyAdd(p, r, f32x4.splat(1))
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23)
  return f32x4.mul(p, power)
}

export const NONE = 0
export const SILU = 1
export const GELU = 2

/** SiLU is x sigmoid(x); GELU's tanh form is x sigmoid(2 u), u being what its tanh is taken of. */
export function activate(kind: i32, x: v128): v128 {
  if (kind == NONE) return x
  let z = x
  if (kind == GELU) {
    const cubic = multiplyAdd(f32x4.mul(f32x4.mul(x, x), f32x4.splat(0.044715)), x, x)
    z = f32x4.mul(cubic, f32x4.splat(1.5957691216)) // 2 sqrt(2 / pi)
  }
  return f32x4.div(x, f32x4.add(f32x4.splat(1), exp(f32x4.neg(z))))
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
