import type { Engine } from '../../engine.ts'
import type { Op } from '../../op.ts'
import type { Tensor } from '../../tensor.ts'
import type { NoiseArgs } from './arguments.ts'
import { noiseOutput } from './arguments.ts'
import { noiseReference } from './reference.ts'
import { noiseWebGpu } from './webgpu.ts'

export const noiseOp: Op<NoiseArgs> = {
  name: 'noise',
  output: noiseOutput,
  reference: noiseReference,
  webgpu: noiseWebGpu,
}

/** Standard normal numbers, f32: the first of one of a seed's streams (Philox 4x32-10, Box-Muller). @throws RangeError */
export const noise = (engine: Engine, args: NoiseArgs): Tensor => engine.run(noiseOp, args)
