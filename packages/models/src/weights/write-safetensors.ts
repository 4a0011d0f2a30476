import { WeightsError } from './errors.ts'
import { dtypeBytes, elementCount, type DType } from './tensor.ts'

/** A tensor to write, as its header tells it. */
export interface TensorHeader {
  readonly key: string
  readonly dtype: DType
  readonly shape: readonly number[]
}

/** A tensor to write; `bytes` are its numbers, row-major and little-endian. */
export interface TensorData extends TensorHeader {
  readonly bytes: ArrayBufferView<ArrayBuffer>
}

/**
 * A safetensors file of the tensors in their order: its header, then the bytes as they are.
 * @returns the file in chunks to be written one after another.
 * @throws WeightsError `weights/shape` when bytes do not fit a shape, `weights/header` when a key
 *   comes twice.
 */
export function writeSafetensors(tensors: readonly TensorData[]): Uint8Array<ArrayBuffer>[] {
  for (const { key, dtype, shape, bytes } of tensors) {
    if (tensorBytes({ key, dtype, shape }) !== bytes.byteLength) {
      throw new WeightsError(
        'weights/shape',
        `'${key}': ${bytes.byteLength} bytes for ${dtype} [${shape}]`,
      )
    }
  }
  const chunks = tensors.map(
    ({ bytes }) => new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  )
  return [safetensorsHeader(tensors), ...chunks]
}

/** Bytes of a tensor's numbers. */
export const tensorBytes = ({ dtype, shape }: TensorHeader): number =>
  elementCount(shape) * dtypeBytes[dtype]

/**
 * What stands before the tensors' bytes: padded, so that these begin at a multiple of 8.
 * @throws WeightsError `weights/header` when a key comes twice.
 */
export function safetensorsHeader(tensors: readonly TensorHeader[]): Uint8Array<ArrayBuffer> {
  const header: [string, unknown][] = []
  let end = 0
  for (const tensor of tensors) {
    const { key, dtype, shape } = tensor
    const begin = end
    end += tensorBytes(tensor)
    header.push([key, { dtype, shape, data_offsets: [begin, end] }])
  }
  if (new Set(header.map(([key]) => key)).size !== header.length) {
    throw new WeightsError('weights/header', 'expected each key once')
  }
  // fromEntries would reorder keys that look like integers; the order of the header is free.
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)))
  const head = new Uint8Array(8 + Math.ceil(text.byteLength / 8) * 8).fill(0x20)
  new DataView(head.buffer).setBigUint64(0, BigInt(head.byteLength - 8), true)
  head.set(text, 8)
  return head
}
