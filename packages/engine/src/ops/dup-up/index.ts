import type { Engine } from '../../engine.ts'
import type { Op } from '../../op.ts'
import type { Tensor } from '../../tensor.ts'
import type { DupUpArgs, DupUpOptions } from './arguments.ts'
import { dupUpOutput } from './arguments.ts'
import { dupUpReference } from './reference.ts'
import { dupUpWasm } from './wasm.ts'
import { dupUpWebGpu } from './webgpu.ts'

export type { DupUpOptions } from './arguments.ts'

export const dupUpOp: Op<DupUpArgs> = {
  name: 'dupUp',
  output: dupUpOutput,
  reference: dupUpReference,
  wasm: dupUpWasm,
  webgpu: dupUpWebGpu,
}

/**
 * The decoder's shortcut without parameters: entry (channel, row offset, column offset), counted in this
 * order, of a pixel's 2 x 2 block is channel `floor(entry / repeats)` of the pixel.
 * `[B, H, W, C]` to `[B, 2H, 2W, channels]`. @throws ShapeError
 */
export const dupUp = (engine: Engine, x: Tensor, options: DupUpOptions): Tensor =>
  engine.run(dupUpOp, { x, ...options })
