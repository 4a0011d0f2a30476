import { floats } from '../../host.ts'
import { fillNormal } from '../../random.ts'
import type { Tensor } from '../../tensor.ts'
import type { NoiseArgs } from './arguments.ts'

export const noiseReference = ({ seed, stream }: NoiseArgs, out: Tensor): void =>
  fillNormal(floats(out), seed, stream)
