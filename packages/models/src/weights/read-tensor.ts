/** Reads stored tensors as the numbers that kernels take, whatever they are stored as. */
import type { TurnedRows } from '@flashworld/engine'
import { restoreTurned } from '@flashworld/engine'
import { WeightsError } from './errors.ts'
import { alignedBuffer, f32ToF16Bits, toF16Bits, toF32 } from './number-formats.ts'
import { dequantizeRows } from './row-scales.ts'
import { rowLayout, type TensorEntry } from './tensor.ts'

/** Rows `[start, end)` of the first axis; all of them when left out. */
export interface RowRange {
  start?: number
  end?: number
}

/**
 * Reads a tensor of real numbers, or rows of it, as f32. 8-bit tensors are multiplied by their
 * scales.
 * @throws WeightsError `weights/dtype|range|truncated|quantized`
 */
export async function readF32(
  entry: TensorEntry,
  rows: RowRange = {},
): Promise<Float32Array<ArrayBuffer>> {
  const { dtype } = entry
  if (dtype === 'I64' || dtype === 'U8') return refuseDtype(entry)
  if (dtype === 'I8') {
    const { codes, scales } = await readCodes(entry, rows)
    return entry.turned ? restoreTurned({ codes, scales }) : dequantizeRows(codes, scales)
  }
  const values = toF32(dtype, await entry.read(rows.start, rows.end))
  if (!entry.scale) return values
  const [scale] = await readScales(entry, entry.scale)
  for (let i = 0; i < values.length; i++) values[i]! *= scale!
  return values
}

/**
 * Reads codes of 8 bits and the scales of their rows as they are stored.
 * @throws WeightsError `weights/range|truncated|quantized`
 */
export async function readCodes(entry: TensorEntry, rows: RowRange = {}): Promise<TurnedRows> {
  if (!entry.scale) {
    throw new WeightsError('weights/quantized', `${entry.file}: '${entry.key}' has no scales`)
  }
  const [bytes, scales] = await Promise.all([
    entry.read(rows.start, rows.end),
    readScales(entry, entry.scale, rows),
  ])
  return { codes: new Int8Array(alignedBuffer(bytes)), scales }
}

async function readScales(
  { key, file }: TensorEntry,
  scale: TensorEntry,
  rows: RowRange = {},
): Promise<Float32Array<ArrayBuffer>> {
  const scales = await readF32(scale, rows)
  const bad = scales.findIndex((scale) => !(scale >= 0 && scale < Infinity))
  if (bad < 0) return scales
  throw new WeightsError(
    'weights/quantized',
    `${file}: '${key}': row ${bad} has the scale ${scales[bad]}`,
  )
}

/**
 * Reads a tensor of real numbers, or rows of it, as the bits of f16 (nearest, ties to even).
 * @throws WeightsError `weights/dtype|range|truncated|quantized`
 */
export async function readF16Bits(
  entry: TensorEntry,
  rows: RowRange = {},
): Promise<Uint16Array<ArrayBuffer>> {
  const { dtype } = entry
  if (dtype === 'I64' || dtype === 'U8') return refuseDtype(entry)
  if (dtype === 'I8' || entry.scale) return f32ToF16Bits(await readF32(entry, rows))
  return toF16Bits(dtype, await entry.read(rows.start, rows.end))
}

/**
 * Reads the named rows only, as f32: what an embedding needs of its table.
 * @param ids rows of the first axis, in any order, repeated or not.
 * @returns `[ids.length, row]`
 * @throws WeightsError `weights/dtype|range|truncated|quantized`
 */
export async function readRows(
  entry: TensorEntry,
  ids: ArrayLike<number>,
): Promise<Float32Array<ArrayBuffer>> {
  const order = Array.from(ids)
  const { rowSize } = rowLayout(entry.shape)
  const rows = new Map(
    await Promise.all(
      [...new Set(order)].map(
        async (id) => [id, await readF32(entry, { start: id, end: id + 1 })] as const,
      ),
    ),
  )
  const out = new Float32Array(order.length * rowSize)
  order.forEach((id, i) => out.set(rows.get(id)!, i * rowSize))
  return out
}

/**
 * Reads a convolution's kernel as f32 `[O, I, kh, kw]`. Of a causal 3D kernel `[O, I, kt, kh, kw]`
 * only the last tap in time is kept: the only one that a single frame meets.
 * @throws WeightsError `weights/shape` when the tensor is neither; as readF32.
 */
export async function readLastTap(entry: TensorEntry): Promise<Float32Array<ArrayBuffer>> {
  const [, input = 0, taps = 1, height, width] = entry.shape
  if (entry.shape.length === 4) return readF32(entry)
  if (entry.shape.length !== 5) {
    throw new WeightsError(
      'weights/shape',
      `${entry.file}: '${entry.key}': expected [O,I,kh,kw] or [O,I,kt,kh,kw], got [${entry.shape}]`,
    )
  }
  const values = await readF32(entry)
  if (taps === 1) return values
  const tapSize = height! * width!
  const kernels = entry.shape[0]! * input
  const out = new Float32Array(kernels * tapSize)
  for (let i = 0; i < kernels; i++) {
    const from = (i * taps + taps - 1) * tapSize
    out.set(values.subarray(from, from + tapSize), i * tapSize)
  }
  return out
}

function refuseDtype(entry: TensorEntry): never {
  throw new WeightsError(
    'weights/dtype',
    `${entry.file}: '${entry.key}': expected real numbers, got ${entry.dtype}`,
  )
}
