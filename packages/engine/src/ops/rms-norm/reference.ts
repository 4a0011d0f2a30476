import { floats } from '../../host.ts'
import type { Tensor } from '../../tensor.ts'
import { channels } from '../../tensor.ts'
import { activate } from '../activation/reference.ts'
import type { RmsNormArgs } from './arguments.ts'

export function rmsNormReference({ x, weight, eps, activation }: RmsNormArgs, out: Tensor): void {
  const size = channels(x)
  const [y, scale] = [floats(out), floats(weight)]
  for (let at = 0; at < y.length; at += size) {
    const row = floats(x).subarray(at, at + size)
    const meanSquare = row.reduce((sum, v) => sum + v * v, 0) / size
    row.forEach(
      (v, c) => (y[at + c] = activate(activation, (v / Math.sqrt(meanSquare + eps)) * scale[c]!)),
    )
  }
}
