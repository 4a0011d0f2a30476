/**
 * Rows in 8 bits on the host, to the bit as the kernel makes them: additions, one product, and a quotient of integers,
 * all of which every device rounds alike.
 */
import { mostCode, scaleWords, turnedChannels } from './arguments.ts'

/** A matrix in 8 bits: codes `[rows, C]` of the turned rows, and a scale for each. */
export interface TurnedRows {
  readonly codes: Int8Array<ArrayBuffer>
  readonly scales: Float32Array<ArrayBuffer>
}

/** What the kernel too divides nothing smaller by. */
export const leastMost = Math.fround(1e-30)

/** Scale of a row by its largest turned number, before the turned are brought to their length. */
export const scaleOfMost = Math.fround(turnedChannels ** -0.5 / mostCode)

/** @param values `[rows, channels]`, channels a multiple of 128 */
export function quantizeTurned(values: Float32Array | Float16Array, channels: number): TurnedRows {
  const codes = new Int8Array(values.length)
  const scales = new Float32Array(values.length / channels)
  const turned = new Float32Array(channels)
  for (const row of scales.keys()) {
    const first = row * channels
    for (let i = 0; i < channels; i++) turned[i] = values[first + i]!
    turn(turned)
    let most = leastMost
    for (let i = 0; i < channels; i++) most = Math.max(most, Math.abs(turned[i]!))
    const inverse = inverseOf(most)
    for (let i = 0; i < channels; i++) {
      codes[first + i] = toInteger(Math.fround(turned[i]! * inverse))
    }
    scales[row] = most * scaleOfMost
  }
  return { codes, scales }
}

/** The numbers that rows in 8 bits stand for. */
export function restoreTurned({ codes, scales }: TurnedRows): Float32Array<ArrayBuffer> {
  const out = Float32Array.from(codes)
  const channels = codes.length / scales.length
  turn(out) // sums of integers, which are exact
  scales.forEach((scale, row) => {
    const factor = Math.fround(scale * turnedChannels ** -0.5)
    for (let i = row * channels; i < (row + 1) * channels; i++) out[i]! *= factor
  })
  return out
}

/** Bytes of the same as the operation lays them out. */
export const packedBytes = ({ codes, scales }: TurnedRows): number =>
  codes.length + scales.length * scaleWords * 4

/** Codes and scales as the operation lays them out. @param into of that many bytes */
export function packTurned(
  turned: TurnedRows,
  into = new ArrayBuffer(packedBytes(turned)),
): Uint32Array<ArrayBuffer> {
  const { codes, scales } = turned
  const channels = codes.length / scales.length
  const line = channels + scaleWords * 4
  const bytes = new Int8Array(into)
  const words = new Float32Array(bytes.buffer)
  scales.forEach((scale, row) => {
    bytes.set(codes.subarray(row * channels, (row + 1) * channels), row * line)
    const at = (row * line + channels) / 4
    words.fill(0, at, at + scaleWords)
    words[at] = scale
  })
  return new Uint32Array(bytes.buffer)
}

/** Multiplies each group of 128 by the Hadamard matrix of ones: a rotation that spreads a large number over all. */
function turn(v: Float32Array): void {
  for (let step = 1; step < turnedChannels; step *= 2) {
    for (let first = 0; first < v.length; first += 2 * step) {
      for (let i = first; i < first + step; i++) {
        const [a, b] = [v[i]!, v[i + step]!]
        v[i] = a + b
        v[i + step] = a - b
      }
    }
  }
}

/** 127 / most, cut to 24 bits: by integers, since devices round quotients of floats each in its way. */
function inverseOf(most: number): number {
  word[0] = most
  const mantissa = (bits[0]! & 0x7fffff) | 0x800000
  const exponent = bits[0]! >>> 23
  return Math.floor((mostCode * 2 ** 40) / mantissa) * 2 ** (110 - exponent)
}

const word = new Float32Array(1)
const bits = new Uint32Array(word.buffer)

/** The nearest integer, ties to even. */
function toInteger(value: number): number {
  const shift = 1.5 * 2 ** 52
  return value + shift - shift
}
