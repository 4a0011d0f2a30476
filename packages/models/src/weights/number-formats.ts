/** Conversions between the stored numbers and f32 or f16, over whole arrays. */
import type { DType } from './tensor.ts'

/** The types of real numbers. */
export type FloatDType = Exclude<DType, 'I64' | 'U8' | 'I8'>

/** The f32 of each byte of e4m3 (bias 7, 3 bits of mantissa, no infinities, 0x7f NaN). */
const e4m3Values = Float32Array.from({ length: 256 }, (_, byte) => {
  const sign = byte & 0x80 ? -1 : 1
  const exponent = (byte >> 3) & 15
  const mantissa = byte & 7
  if (exponent === 15 && mantissa === 7) return NaN
  return sign * (exponent ? (8 + mantissa) * 2 ** (exponent - 10) : mantissa * 2 ** -9)
})

/** Values of little-endian numbers as f32; f32 keeps its bits. */
export function toF32(dtype: FloatDType, bytes: Uint8Array): Float32Array<ArrayBuffer> {
  switch (dtype) {
    case 'F32':
      return new Float32Array(alignedBuffer(bytes))
    case 'F16':
      return new Float32Array(new Float16Array(alignedBuffer(bytes)))
    case 'BF16':
      return bf16ToF32(new Uint16Array(alignedBuffer(bytes)))
    case 'F8_E4M3':
      return bytesToF32(e4m3Values, bytes)
  }
}

/** Values of little-endian numbers as the bits of the nearest f16; f16 keeps its bits. */
export function toF16Bits(dtype: FloatDType, bytes: Uint8Array): Uint16Array<ArrayBuffer> {
  return dtype === 'F16' ? new Uint16Array(alignedBuffer(bytes)) : f32ToF16Bits(toF32(dtype, bytes))
}

/** Bits of the nearest f16, ties to even; what is 65520 or more becomes infinite. */
export function f32ToF16Bits(values: Float32Array): Uint16Array<ArrayBuffer> {
  return new Uint16Array(new Float16Array(values).buffer)
}

/** The nearest f16 of each value, as f32. */
export function roundToF16(values: Float32Array): Float32Array<ArrayBuffer> {
  return new Float32Array(new Float16Array(values))
}

/** The nearest integer, ties to even. */
export function roundToEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  return rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor
}

function bf16ToF32(bits: Uint16Array): Float32Array<ArrayBuffer> {
  const out = new Uint32Array(bits.length)
  for (let i = 0; i < bits.length; i++) out[i] = bits[i]! << 16
  return new Float32Array(out.buffer)
}

function bytesToF32(table: Float32Array, codes: Uint8Array): Float32Array<ArrayBuffer> {
  const out = new Float32Array(codes.length)
  for (let i = 0; i < out.length; i++) out[i] = table[codes[i]!]!
  return out
}

/** A buffer of exactly these bytes, which any typed array may view. */
export function alignedBuffer(bytes: Uint8Array): ArrayBuffer {
  const { buffer, byteLength } = bytes
  const isWhole = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength
  return isWhole ? buffer : new Uint8Array(bytes).buffer
}
