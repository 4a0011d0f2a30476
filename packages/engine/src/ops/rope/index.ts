import type { Engine } from '../../engine.ts'
import type { Op } from '../../op.ts'
import type { Tensor } from '../../tensor.ts'
import type { RopeArgs } from './arguments.ts'
import { ropeOutput } from './arguments.ts'
import { ropeReference } from './reference.ts'
import { ropeWasm } from './wasm.ts'
import { ropeWebGpu } from './webgpu.ts'

export const ropeOp: Op<RopeArgs> = {
  name: 'rope',
  output: ropeOutput,
  reference: ropeReference,
  wasm: ropeWasm,
  webgpu: ropeWebGpu,
}

/** Turns each pair of neighbours (a, b) of a position by its angle: (a cos - b sin, a sin + b cos). @throws ShapeError */
export const rope = (engine: Engine, x: Tensor, cos: Tensor, sin: Tensor): Tensor =>
  engine.run(ropeOp, { x, cos, sin })
