import { floats } from '../../host.ts'
import type { Tensor } from '../../tensor.ts'
import { channels } from '../../tensor.ts'
import type { AffineArgs } from './arguments.ts'

export function affineReference({ x, scale, shift }: AffineArgs, out: Tensor): void {
  const [y, gains, offsets, size] = [floats(out), floats(scale), floats(shift), channels(x)]
  floats(x).forEach((value, i) => (y[i] = value * gains[i % size]! + offsets[i % size]!))
}
