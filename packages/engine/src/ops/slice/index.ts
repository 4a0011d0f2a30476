import type { Engine } from '../../engine.ts'
import type { Op } from '../../op.ts'
import type { Tensor } from '../../tensor.ts'
import type { SliceArgs } from './arguments.ts'
import { sliceOutput } from './arguments.ts'
import { sliceReference } from './reference.ts'
import { sliceWasm } from './wasm.ts'
import { sliceWebGpu } from './webgpu.ts'

export const sliceOp: Op<SliceArgs> = {
  name: 'slice',
  output: sliceOutput,
  reference: sliceReference,
  wasm: sliceWasm,
  webgpu: sliceWebGpu,
}

/** Entries `start` to `end` (exclusive) of one axis; the others whole. @throws ShapeError */
export const slice = (
  engine: Engine,
  x: Tensor,
  axis: number,
  start: number,
  end: number,
): Tensor => engine.run(sliceOp, { x, axis, start, end })
