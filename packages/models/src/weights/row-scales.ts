/**
 * 8-bit storage. An I8 tensor `KEY` beside `KEY.scale`, F32, one scale for each row of the first axis:
 * value = code * scale. Beside `KEY.turned_scale` the codes are of turned rows (`quantizeTurned`). An F8_E4M3 tensor
 * may have `KEY.scale`, F32, of one number.
 */
import { canQuantize } from '@flashworld/engine'
import { WeightsError } from './errors.ts'
import { roundToEven } from './number-formats.ts'
import { rowLayout, type TensorEntry } from './tensor.ts'

/** Key of the scales of an 8-bit tensor. */
export const scaleKey = (key: string): string => `${key}.scale`

/** Key of the scales of a tensor of turned rows. */
export const turnedScaleKey = (key: string): string => `${key}.turned_scale`

/**
 * Gives every 8-bit tensor its scales and takes the scales out of the table.
 * @throws WeightsError `weights/quantized` when those of an I8 tensor are missing, or scales are not as they should be
 */
export function attachScales(tensors: ReadonlyMap<string, TensorEntry>): Map<string, TensorEntry> {
  const out = new Map(tensors)
  for (const [key, entry] of tensors) {
    const scale = tensors.get(scaleKey(key))
    const turnedScale = tensors.get(turnedScaleKey(key))
    if (entry.dtype === 'I8' && turnedScale) {
      const [, size = 0] = entry.shape
      if (entry.shape.length !== 2 || !canQuantize(size))
        refuse(entry, `rows that can be turned, got [${entry.shape}]`)
      out.set(key, { ...entry, scale: scalesOf(entry, turnedScale), turned: true })
      out.delete(turnedScaleKey(key))
    } else if (entry.dtype === 'I8' || (entry.dtype === 'F8_E4M3' && scale)) {
      out.set(key, { ...entry, scale: scalesOf(entry, scale) })
      out.delete(scaleKey(key))
    }
  }
  return out
}

function scalesOf(entry: TensorEntry, scale: TensorEntry | undefined): TensorEntry {
  const count = entry.dtype === 'I8' ? rowLayout(entry.shape).rows : 1
  if (scale?.dtype === 'F32' && scale.shape.length === 1 && scale.shape[0] === count) return scale
  const got = scale ? `${scale.dtype} [${scale.shape}]` : 'nothing'
  return refuse(entry, `scales F32 [${count}], got ${got}`)
}

function refuse({ file, key }: TensorEntry, expected: string): never {
  throw new WeightsError('weights/quantized', `${file}: '${key}': expected ${expected}`)
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

/** Values of codes. */
export function dequantizeRows(codes: Int8Array, scales: Float32Array): Float32Array<ArrayBuffer> {
  const rowSize = codes.length / scales.length
  const out = new Float32Array(codes.length)
  scales.forEach((scale, row) => {
    for (let i = row * rowSize; i < (row + 1) * rowSize; i++) out[i] = codes[i]! * scale
  })
  return out
}
