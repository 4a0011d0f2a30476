import { floats, words } from '../../host.ts'
import type { Tensor } from '../../tensor.ts'
import { channels, rows } from '../../tensor.ts'
import { activate } from '../activation/reference.ts'
import type { QuantizedLinearArgs } from './arguments.ts'
import { quantizedChannels } from './arguments.ts'

/** One dot product of whole numbers at a time. */
export function quantizedLinearReference(args: QuantizedLinearArgs, out: Tensor): void {
  const [x, w, y] = [quantizedRows(args.x), quantizedRows(args.w), floats(out)]
  const [m, n] = [rows(args.x), channels(out)]
  const [bias, gate, multiply, residual] = [args.bias, args.gate, args.multiply, args.residual].map(
    (t) => t && floats(t),
  )
  for (let row = 0; row < m; row++) {
    for (let col = 0; col < n; col++) {
      const [a, b] = [x(row), w(col)]
      let sum = 0
      a.codes.forEach((code, i) => (sum += code * b.codes[i]!))
      const at = row * n + col
      const value = sum * a.scale * b.scale + (bias?.[col] ?? 0)
      const scaled = activate(args.activation, value) * (multiply?.[at] ?? 1) * (gate?.[col] ?? 1)
      y[at] = (residual?.[at] ?? 0) + scaled
    }
  }
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
