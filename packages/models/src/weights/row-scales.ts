/**
 * The 8-bit storage of the embedded model: an I8 tensor `KEY` beside `KEY.scale`, F32, one scale
 * for each row of the first axis. value = code * scale.
 */
import { WeightsError } from './errors.ts'
import { roundToEven } from './number-formats.ts'
import { rowLayout, type TensorEntry } from './tensor.ts'

const suffix = '.scale'

/** Key of the scales of an 8-bit tensor. */
export function scaleKey(key: string): string {
  return key + suffix
}

/**
 * Gives every I8 tensor its scales and takes the scales out of the table.
 * @throws WeightsError `weights/quantized` when scales are missing or not F32 [rows].
 */
export function attachScales(tensors: ReadonlyMap<string, TensorEntry>): Map<string, TensorEntry> {
  const out = new Map(tensors)
  for (const [key, entry] of tensors) {
    if (entry.dtype !== 'I8') continue
    const scale = tensors.get(scaleKey(key))
    const { rows } = rowLayout(entry.shape)
    if (scale?.dtype !== 'F32' || scale.shape.length !== 1 || scale.shape[0] !== rows) {
      const got = scale ? `${scale.dtype} [${scale.shape}]` : 'nothing'
      throw new WeightsError(
        'weights/quantized',
        `${entry.file}: '${scaleKey(key)}': expected F32 [${rows}], got ${got}`,
      )
    }
    out.set(key, { ...entry, scale })
    out.delete(scaleKey(key))
  }
  return out
}

/**
 * Codes and scales of rows: scale = largest magnitude / 127, code = nearest integer.
 * @param values `[rows, row]`, magnitudes up to 2^120
 */
export function quantizeRows(
  values: Float32Array,
  rows: number,
): { codes: Int8Array<ArrayBuffer>; scales: Float32Array<ArrayBuffer> } {
  const rowSize = values.length / rows
  const codes = new Int8Array(values.length)
  const scales = new Float32Array(rows)
  for (let row = 0; row < rows; row++) {
    const begin = row * rowSize
    let largest = 0
    for (let i = begin; i < begin + rowSize; i++) largest = Math.max(largest, Math.abs(values[i]!))
    scales[row] = largest / 127
    if (scales[row] === 0) continue
    for (let i = begin; i < begin + rowSize; i++) {
      codes[i] = Math.max(-127, Math.min(127, roundToEven(values[i]! / scales[row]!)))
    }
  }
  return { codes, scales }
}

/**
 * Values of codes.
 * @throws WeightsError `weights/quantized` when a scale is not a finite number >= 0.
 */
export function dequantizeRows(
  key: string,
  bytes: Uint8Array,
  scales: Float32Array,
): Float32Array<ArrayBuffer> {
  const codes = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const rowSize = codes.length / scales.length
  const out = new Float32Array(codes.length)
  scales.forEach((scale, row) => {
    if (!(scale >= 0 && scale < Infinity)) {
      throw new WeightsError('weights/quantized', `'${key}': row ${row} has the scale ${scale}`)
    }
    for (let i = row * rowSize; i < (row + 1) * rowSize; i++) out[i] = codes[i]! * scale
  })
  return out
}
