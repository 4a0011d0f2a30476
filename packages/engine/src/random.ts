/**
 * Seeded noise: Philox 4x32 with 10 rounds (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
 * SC 2011), then Box-Muller. The same seed and stream give the same numbers on every backend.
 */
export interface Noise {
  /** The next `count` standard normal numbers. */
  normal(count: number): Float32Array
  /** The same numbers, drawn piece by piece. */
  start(count: number): Drawing
}

/** Numbers that are being drawn. */
export interface Drawing {
  readonly values: Float32Array
  /** Draws some `count` more. True once all are there. */
  advance(count: number): boolean
}

/** @param seed an integer from 0 to 2^53 - 1. Every call of `normal` takes its own stream, in order. */
export function createNoise(seed: number): Noise {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`createNoise: expected a seed from 0 to 2^53 - 1, got ${seed}`)
  }
  const key: Pair = [seed >>> 0, Math.floor(seed / 2 ** 32)]
  let stream = 0
  const start = (count: number): Drawing => {
    const values = new Float32Array(count)
    const block = new Uint32Array(4)
    const own = stream++
    let at = 0
    return {
      values,
      advance(more) {
        const end = Math.min(count, at + more)
        for (; at < end; at += 4) {
          philox(block, [at / 4, 0, own, 0], key)
          for (let i = at; i < at + 4; i += 2) {
            // 2^-32 steps, shifted by a half so that the logarithm never sees 0; what is behind the end is not stored
            const radius = Math.sqrt(-2 * Math.log((block[i - at]! + 0.5) / 2 ** 32))
            const angle = (2 * Math.PI * block[i - at + 1]!) / 2 ** 32
            values[i] = radius * Math.cos(angle)
            values[i + 1] = radius * Math.sin(angle)
          }
        }
        return at >= count
      },
    }
  }
  return {
    start,
    normal(count) {
      const drawing = start(count)
      drawing.advance(count)
      return drawing.values
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
