const STEPS = 511
const HALF_DIAGONAL = Math.SQRT1_2

/**
 * Smallest-three code of a rotation: two bits for the place (in x, y, z, w) of the largest
 * component, then the other three in that order, a sign bit and 9 bits of size in units of
 * 1/(511 sqrt 2) each. `q` points at w, x, y, z in `rotations`; it need not be normalised.
 */
export function encodeRotation(rotations: Float32Array, q: number): number {
  let square = 0
  for (let i = 0; i < 4; i++) square += rotations[q + i]! ** 2
  const norm = Math.sqrt(square) || 1
  let largest = 0
  for (let i = 1; i < 4; i++) {
    if (Math.abs(xyzw(rotations, q, i)) > Math.abs(xyzw(rotations, q, largest))) largest = i
  }
  const sign = xyzw(rotations, q, largest) < 0 ? -1 : 1
  let code = largest
  for (let i = 0; i < 4; i++) {
    if (i === largest) continue
    const value = (sign * xyzw(rotations, q, i)) / norm
    const size = Math.min(STEPS, Math.round((Math.abs(value) / HALF_DIAGONAL) * STEPS))
    code = (code << 10) | (value < 0 ? 512 : 0) | size
  }
  return code >>> 0
}

/** Component i of x, y, z, w in an array that stores w, x, y, z. */
function xyzw(rotations: Float32Array, q: number, i: number): number {
  return rotations[q + ((i + 1) & 3)]!
}

/** Inverse of {@link encodeRotation}: writes w, x, y, z at `q`. */
export function decodeRotation(code: number, rotations: Float32Array, q: number): void {
  const largest = code >>> 30
  let rest = 1
  for (let i = 3, bits = code; i >= 0; i--) {
    if (i === largest) continue
    const size = ((bits & STEPS) / STEPS) * HALF_DIAGONAL
    rotations[q + ((i + 1) & 3)] = bits & 512 ? -size : size
    rest -= size * size
    bits >>>= 10
  }
  rotations[q + ((largest + 1) & 3)] = Math.sqrt(Math.max(0, rest))
}

/** Version 1 and 2: x, y, z as bytes around 127.5, w >= 0 from the unit length. */
export function decodeFirstThree(
  bytes: Uint8Array,
  at: number,
  out: Float32Array,
  q: number,
): void {
  let rest = 1
  for (let i = 0; i < 3; i++) {
    const value = bytes[at + i]! / 127.5 - 1
    out[q + 1 + i] = value
    rest -= value * value
  }
  out[q] = Math.sqrt(Math.max(0, rest))
}
