import { SplatsError } from '../../splats-error.ts'

/** Refuses a zstd stream. */
export function corrupt(what: string): never {
  throw new SplatsError('splats/bad-data', `decompressZstd: expected ${what}`)
}

/**
 * Bits from the end of a stream to its start, as zstd's entropy coders write them. The highest set
 * bit of the last byte marks the end. Bits before the start read as 0; `left` then is negative.
 */
export interface BackwardBits {
  readonly bytes: Uint8Array
  /** Bits not yet read. */
  left: number
}

export function backwardBits(bytes: Uint8Array): BackwardBits {
  const last = bytes.length === 0 ? 0 : bytes[bytes.length - 1]
  if (last === 0) corrupt('a bit stream with an end mark')
  return { bytes, left: bytes.length * 8 - 8 + (31 - Math.clz32(last)) }
}

/** The next `count` bits, 0 to 31, without going on. */
export function peekBits(bits: BackwardBits, count: number): number {
  const { bytes } = bits
  const from = bits.left - count
  const at = from >> 3
  // Outside the stream a byte is undefined, which the operators take for 0.
  const low =
    (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0
  const shift = from & 7
  // Up to 25 bits fit in four bytes at any shift; offsets may need the fifth.
  const high = shift + count > 32 ? bytes[at + 4] * 2 ** (32 - shift) : 0
  return ((low >>> shift) + high) % 2 ** count
}

/** The next `count` bits, 0 to 31. */
export function readBits(bits: BackwardBits, count: number): number {
  const value = peekBits(bits, count)
  bits.left -= count
  return value
}
