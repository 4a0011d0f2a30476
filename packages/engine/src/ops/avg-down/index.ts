import type { Engine } from '../../engine.ts'
import type { Op } from '../../op.ts'
import type { Tensor } from '../../tensor.ts'
import type { AvgDownArgs, AvgDownOptions } from './arguments.ts'
import { avgDownOutput } from './arguments.ts'
import { avgDownReference } from './reference.ts'
import { avgDownWasm } from './wasm.ts'
import { avgDownWebGpu } from './webgpu.ts'

export type { AvgDownOptions } from './arguments.ts'

export const avgDownOp: Op<AvgDownArgs> = {
  name: 'avgDown',
  output: avgDownOutput,
  reference: avgDownReference,
  wasm: avgDownWasm,
  webgpu: avgDownWebGpu,
}

/**
 * The encoder's shortcut without parameters: blocks of time and space become channels, ordered (channel,
 * time, row, column), and each channel of the result is the mean of as many neighbours as it takes.
 * `[B, H, W, C]` to `[B, H/f, W/f, channels]`. @throws ShapeError
 */
export const avgDown = (engine: Engine, x: Tensor, options: AvgDownOptions): Tensor =>
  engine.run(avgDownOp, { x, ...options })
