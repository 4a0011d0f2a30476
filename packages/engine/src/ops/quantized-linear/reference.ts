import { words } from '../../host.ts'
import type { Tensor } from '../../tensor.ts'
import { channels } from '../../tensor.ts'
import { eachProduct } from '../linear/reference.ts'
import type { QuantizedLinearArgs } from './arguments.ts'
import { quantizedChannels } from './arguments.ts'

/** One dot product of whole numbers at a time. */
export function quantizedLinearReference(args: QuantizedLinearArgs, out: Tensor): void {
  const [x, w] = [quantizedRows(args.x), quantizedRows(args.w)]
  eachProduct(args, out, (row, col) => {
    const [a, b] = [x(row), w(col)]
    let sum = 0
    a.codes.forEach((code, i) => (sum += code * b.codes[i]!))
    return sum * a.scale * b.scale
  })
}

function quantizedRows(x: Tensor) {
  const [all, line, count] = [words(x), channels(x), quantizedChannels(x)]
  return (row: number) => {
    const bytes = all.buffer as ArrayBuffer
    const first = all.byteOffset + row * line * 4
    return {
      codes: new Int8Array(bytes, first, count),
      scale: new DataView(bytes, first).getFloat32(count, true),
    }
  }
}
