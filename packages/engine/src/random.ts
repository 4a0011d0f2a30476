/**
 * Seeded noise: Philox 4x32 with 10 rounds (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
 * SC 2011), then Box-Muller. The same seed and stream give the same numbers on every backend, up to the last bits of f32.
 */
export interface Noise {
  /** The next `count` standard normal numbers. */
  normal(count: number): Float32Array
}

/** @param seed an integer from 0 to 2^53 - 1. Every call of `normal` takes its own stream, in order. */
export function createNoise(seed: number): Noise {
  checkSeed(seed)
  let stream = 0
  return {
    normal(count) {
      const values = new Float32Array(count)
      fillNormal(values, seed, stream++)
      return values
    },
  }
}

/** @throws RangeError */
export function checkSeed(seed: number): void {
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new RangeError(`noise: expected a seed from 0 to 2^53 - 1, got ${seed}`)
}

/** A seed's two words. */
export const seedWords = (seed: number): Pair => [seed >>> 0, Math.floor(seed / 2 ** 32)]

/** The first numbers of one of a seed's streams. */
export function fillNormal(values: Float32Array, seed: number, stream: number): void {
  const key = seedWords(seed)
  const block = new Uint32Array(4)
  for (let first = 0; first < values.length; first += 4) {
    philox(block, [first / 4, 0, stream, 0], key)
    for (let i = 0; i < 4; i += 2) {
      // 2^-32 steps, shifted by a half so that the logarithm never sees 0; what is behind the end is not stored
      const radius = Math.sqrt(-2 * Math.log((block[i]! + 0.5) / 2 ** 32))
      const angle = (2 * Math.PI * block[i + 1]!) / 2 ** 32
      values[first + i] = radius * Math.cos(angle)
      values[first + i + 1] = radius * Math.sin(angle)
    }
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
  // signed, as processors have them: numbers above 2^31 would be kept as doubles
  let [a, b, c, d] = [counter[0] | 0, counter[1] | 0, counter[2] | 0, counter[3] | 0]
  let [k0, k1] = [key[0] | 0, key[1] | 0]
  for (let round = 0; round < rounds; round++) {
    const low0 = Math.imul(0xd2511f53, a)
    const low1 = Math.imul(0xcd9e8d57, c)
    const high0 = multiplyHigh(0xd2511f53, a)
    a = multiplyHigh(0xcd9e8d57, c) ^ b ^ k0
    b = low1
    c = high0 ^ d ^ k1
    d = low0
    k0 = (k0 + 0x9e3779b9) | 0
    k1 = (k1 + 0xbb67ae85) | 0
  }
  out[0] = a
  out[1] = b
  out[2] = c
  out[3] = d
}

/** The upper 32 bits of the product of two u32; all of them as the i32 of the same bits. */
function multiplyHigh(x: number, y: number): number {
  const xl = x & 0xffff
  const xh = x >>> 16
  const yl = y & 0xffff
  const yh = y >>> 16
  const middle = (Math.imul(xh, yl) + (Math.imul(xl, yl) >>> 16)) | 0
  const other = (Math.imul(xl, yh) + (middle & 0xffff)) | 0
  return (Math.imul(xh, yh) + (middle >>> 16) + (other >>> 16)) | 0
}
