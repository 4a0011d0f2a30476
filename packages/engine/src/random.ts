/**
 * Seeded noise: Philox 4x32 with 10 rounds (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
 * SC 2011), then Box-Muller. The same seed and stream give the same numbers on every backend.
 */
export interface Noise {
  /** The next `count` standard normal numbers. */
  normal(count: number): Float32Array
}

/** @param seed an integer from 0 to 2^53 - 1. Every call of `normal` takes its own stream, in order. */
export function createNoise(seed: number): Noise {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`createNoise: expected a seed from 0 to 2^53 - 1, got ${seed}`)
  }
  const key: Pair = [seed >>> 0, Math.floor(seed / 2 ** 32)]
  let stream = 0
  return {
    normal(count) {
      const out = new Float32Array(count)
      const block = new Uint32Array(4)
      for (let at = 0, index = 0; at < count; at += 4, index++) {
        philox(block, [index, 0, stream, 0], key)
        for (let pair = 0; pair < 2; pair++) {
          // 2^-32 steps, shifted by a half so that the logarithm never sees 0
          const radius = Math.sqrt(-2 * Math.log((block[pair * 2]! + 0.5) / 2 ** 32))
          const angle = (2 * Math.PI * block[pair * 2 + 1]!) / 2 ** 32
          if (at + pair * 2 < count) out[at + pair * 2] = radius * Math.cos(angle)
          if (at + pair * 2 + 1 < count) out[at + pair * 2 + 1] = radius * Math.sin(angle)
        }
      }
      stream++
      return out
    },
  }
}

type Pair = readonly [number, number]

const rounds = 10

/** Four u32 of the counter's block, into `out`. */
export function philox(
  out: Uint32Array,
  counter: readonly [number, number, number, number],
  key: Pair,
): void {
  let [a, b, c, d] = counter
  let [k0, k1] = key
  for (let round = 0; round < rounds; round++) {
    const p0 = multiply(0xd2511f53, a)
    const p1 = multiply(0xcd9e8d57, c)
    ;[a, b, c, d] = [(p1.high ^ b ^ k0) >>> 0, p1.low, (p0.high ^ d ^ k1) >>> 0, p0.low]
    k0 = (k0 + 0x9e3779b9) >>> 0
    k1 = (k1 + 0xbb67ae85) >>> 0
  }
  out[0] = a
  out[1] = b
  out[2] = c
  out[3] = d
}

/** The 64-bit product of two u32, in halves of 32. */
function multiply(x: number, y: number): { high: number; low: number } {
  const low = Math.imul(x, y) >>> 0
  const xl = x & 0xffff
  const xh = x >>> 16
  const yl = y & 0xffff
  const yh = y >>> 16
  const middle = xh * yl + Math.floor((xl * yl) / 65536)
  const other = xl * yh + (middle % 65536)
  return { high: (xh * yh + Math.floor(middle / 65536) + Math.floor(other / 65536)) >>> 0, low }
}
