/**
 * 8-bit floats as the published model uses them: e4m3 (1 sign, 4 exponent with bias 7, 3 mantissa
 * bits, largest 448) with one scale a tensor. value = code * scale.
 */
import { WeightsError } from './errors.ts'
import { roundToEven } from './number-formats.ts'

const largest = 448

/** Codes and the scale that turns them back. */
export interface E4m3Tensor {
  codes: Uint8Array<ArrayBuffer>
  /** An f32. */
  scale: number
}

/**
 * scale = largest magnitude / 448; code = the e4m3 nearest to value / scale, ties to even.
 * All zeros have the scale 1.
 * @throws WeightsError `weights/quantized` when a value is not finite.
 */
export function quantizeE4m3(values: Float32Array): E4m3Tensor {
  let amax = 0
  for (let i = 0; i < values.length; i++) {
    const magnitude = Math.abs(values[i]!)
    // NaN fails every comparison, so this is written to catch it.
    if (!(magnitude <= amax)) amax = magnitude
    if (!(amax < Infinity)) {
      throw new WeightsError('weights/quantized', `expected finite values, got ${amax} at ${i}`)
    }
  }
  const scale = amax === 0 ? 1 : Math.fround(amax / largest)
  const codes = new Uint8Array(values.length)
  const quotient = new Float32Array(1)
  const bits = new Uint32Array(quotient.buffer)
  for (let i = 0; i < codes.length; i++) {
    quotient[0] = values[i]! / scale
    codes[i] = e4m3Code(quotient[0], bits[0]!)
  }
  return { codes, scale }
}

const smallestNormal = 0x3c800000 // 2^-6
const largestBits = 0x43e00000 // 448

/** The e4m3 nearest to a finite f32 and its bits; ties to even; beyond 448 it is 448. */
function e4m3Code(value: number, bits: number): number {
  const sign = (bits >>> 24) & 0x80
  const magnitude = bits & 0x7fffffff
  if (magnitude >= largestBits) return sign | 0x7e
  // Multiples of 2^-9 without a leading one; 8 of them are the smallest normal number.
  if (magnitude < smallestNormal) return sign | roundToEven(Math.abs(value) * 512)
  // Rebias the exponent from 127 to 7 and round off 20 bits; a carry moves into the exponent.
  return sign | ((magnitude - 0x3c000000 + 0x7ffff + ((magnitude >>> 20) & 1)) >>> 20)
}
