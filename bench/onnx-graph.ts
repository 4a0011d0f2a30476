/** Writes the few ONNX graphs that the benchmarks compare with: layers of one kind in a row. */

/** Weights `[O, I]` for Gemm, `[O, I, 3, 3]` for Conv; one bias an output. */
export interface OnnxLayer {
  readonly weights: Float32Array
  readonly shape: readonly number[]
  readonly bias: Float32Array
}

/** A model that takes `x` of `shape` to `y` through each layer: x · wᵀ + bias, or a padded 3x3 convolution. */
export function onnxChain(
  op: 'Gemm' | 'Conv',
  shape: readonly number[],
  layers: readonly OnnxLayer[],
): Uint8Array {
  const attribute =
    op === 'Gemm'
      ? message([1, 'transB'], [3, 1], [20, 2])
      : message([1, 'pads'], [8, 1], [8, 1], [8, 1], [8, 1], [20, 7])
  const nodes = layers.map((_, i) => {
    const from = i === 0 ? 'x' : `x${i}`
    const to = i === layers.length - 1 ? 'y' : `x${i + 1}`
    return message([1, from], [1, `w${i}`], [1, `b${i}`], [2, to], [4, op], [5, attribute])
  })
  const initializers = layers.flatMap(({ weights, shape: dims, bias }, i) => [
    floatTensor(`w${i}`, dims, weights),
    floatTensor(`b${i}`, [bias.length], bias),
  ])
  const outputs = layers.at(-1)!.bias.length
  const outShape = op === 'Gemm' ? [shape[0]!, outputs] : [shape[0]!, outputs, ...shape.slice(2)]
  const graph = message(
    ...nodes.map((node): Field => [1, node]),
    [2, 'chain'],
    ...initializers.map((tensor): Field => [5, tensor]),
    [11, valueInfo('x', shape)],
    [12, valueInfo('y', outShape)],
  )
  return message([1, 8], [7, graph], [8, message([2, 17])])
}

/** Number and value: a whole number as a varint, text and bytes with their length. */
type Field = readonly [number, number | string | Uint8Array]

function message(...fields: readonly Field[]): Uint8Array {
  const parts = fields.flatMap(([number, value]) => {
    if (typeof value === 'number') return [varint(number * 8), varint(value)]
    const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value
    return [varint(number * 8 + 2), varint(bytes.length), bytes]
  })
  return Uint8Array.from(Buffer.concat(parts))
}

function varint(value: number): Uint8Array {
  const bytes: number[] = []
  for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value % 128) + 128)
  return Uint8Array.from([...bytes, value])
}

const FLOAT = 1

function floatTensor(name: string, shape: readonly number[], values: Float32Array): Uint8Array {
  const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  return message(...shape.map((side): Field => [1, side]), [2, FLOAT], [8, name], [9, raw])
}

function valueInfo(name: string, shape: readonly number[]): Uint8Array {
  const sides = message(...shape.map((side): Field => [1, message([1, side])]))
  return message([1, name], [2, message([1, message([1, FLOAT], [2, sides])])])
}
