import { floats, words } from '../../host.ts'
import { channels, rows } from '../../tensor.ts'
import type { Tensor } from '../../tensor.ts'
import type { QuantizeArgs } from './arguments.ts'
import { mostCode, turnedChannels } from './arguments.ts'

export function quantizeReference({ x }: QuantizeArgs, out: Tensor): void {
  const [values, codes] = [floats(x), words(out)]
  const [size, line] = [channels(x), channels(out)]
  for (let row = 0; row < rows(x); row++) {
    const turned = Float64Array.from(values.subarray(row * size, (row + 1) * size))
    for (let first = 0; first < size; first += turnedChannels)
      turn(turned.subarray(first, first + turnedChannels))
    const scale = turned.reduce((most, v) => Math.max(most, Math.abs(v)), 1e-30) / mostCode
    const bytes = new DataView(codes.buffer, codes.byteOffset + row * line * 4, line * 4)
    turned.forEach((v, i) => bytes.setInt8(i, Math.round(v / scale)))
    bytes.setFloat32(size, scale, true)
    for (let i = size + 4; i < line * 4; i++) bytes.setInt8(i, 0)
  }
}

/** Multiplies by the Hadamard matrix whose rows have length 1: a rotation that spreads a large number over all. */
function turn(v: Float64Array): void {
  for (let step = 1; step < v.length; step *= 2) {
    for (let i = 0; i < v.length; i++) {
      if (i & step) continue
      const [a, b] = [v[i]!, v[i + step]!]
      v[i] = a + b
      v[i + step] = a - b
    }
  }
  const length = Math.sqrt(v.length)
  v.forEach((value, i) => (v[i] = value / length))
}
