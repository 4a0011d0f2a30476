/** A parameter as a converted file stores it. */
import { canQuantize, quantizeTurned } from '@flashworld/engine'
import { readParameter } from '../parameters/load.ts'
import type { ParameterSpec } from '../parameters/spec.ts'
import { WeightsError } from '../weights/errors.ts'
import { quantizeE4m3 } from '../weights/fp8.ts'
import { roundToF16 } from '../weights/number-formats.ts'
import { scaleKey, turnedScaleKey } from '../weights/row-scales.ts'
import type { DType, TensorEntry, TensorTable } from '../weights/tensor.ts'
import type { TensorHeader } from '../weights/write-safetensors.ts'
import type { StoredPrecision } from './manifest.ts'

export interface ParameterSource {
  readonly key: string
  readonly spec: ParameterSpec
  readonly table: TensorTable
  readonly entry: TensorEntry
  /** What a matrix is stored as. */
  readonly dtype: DType
}

/** What is stored as what. `published8Bit`: the published code has this network's large layers in 8-bit floats. */
export function storedType(
  { storage, mayBeBytes, shape }: ParameterSpec,
  precision: StoredPrecision,
  published8Bit: boolean,
): DType {
  if (storage === 'f32' || precision === 'f32') return 'F32'
  if (mayBeBytes && precision === 'int8' && canQuantize(shape.at(-1)!)) return 'I8'
  if (mayBeBytes && precision === 'e4m3' && published8Bit) return 'F8_E4M3'
  return 'F16'
}

/** The tensors that a parameter becomes. */
export function headersOf({
  key,
  spec: { shape },
  dtype,
}: Pick<ParameterSource, 'key' | 'spec' | 'dtype'>): TensorHeader[] {
  const values = { key, dtype, shape }
  if (dtype === 'I8')
    return [values, { key: turnedScaleKey(key), dtype: 'F32', shape: [shape[0]!] }]
  if (dtype === 'F8_E4M3') return [values, { key: scaleKey(key), dtype: 'F32', shape: [1] }]
  return [values]
}

/**
 * Their numbers, in the same order.
 * @throws WeightsError `weights/not-finite`; what reading throws
 */
export async function numbersOf(source: ParameterSource): Promise<ArrayBufferView<ArrayBuffer>[]> {
  const { table, entry, spec, dtype } = source
  if (dtype === 'F16') return [finite(source, await readParameter(table, entry, spec, 'f16'))]
  const values = finite(source, await readParameter(table, entry, spec, 'f32'))
  if (dtype === 'F32') return [values]
  if (dtype === 'F8_E4M3') {
    const { codes, scale } = quantizeE4m3(values as Float32Array)
    return [codes, Float32Array.of(scale)]
  }
  // an engine too rounds to f16 before it goes into 8 bits
  const { codes, scales } = quantizeTurned(
    finite(source, roundToF16(values as Float32Array<ArrayBuffer>)),
    spec.shape.at(-1)!,
  )
  return [codes, scales]
}

function finite<T extends Float32Array<ArrayBuffer> | Float16Array<ArrayBuffer>>(
  { key, entry }: ParameterSource,
  values: T,
): T {
  const [bits, exponent] =
    values instanceof Float16Array
      ? [new Uint16Array(values.buffer), 0x7c00]
      : [new Uint32Array(values.buffer), 0x7f800000]
  for (let i = 0; i < bits.length; i++) {
    if ((bits[i]! & exponent) !== exponent) continue
    throw new WeightsError(
      'weights/not-finite',
      `${entry.file}: '${key}': expected finite numbers, got ${values[i]} at ${i} as ${values instanceof Float16Array ? 'f16' : 'f32'}`,
    )
  }
  return values
}
