import type { Engine } from '../../engine.ts'
import type { Op } from '../../op.ts'
import type { Tensor } from '../../tensor.ts'
import type { NotFiniteArgs } from './arguments.ts'
import { notFiniteOutput } from './arguments.ts'
import { notFiniteReference } from './reference.ts'
import { notFiniteWebGpu } from './webgpu.ts'

export const notFiniteOp: Op<NotFiniteArgs> = {
  name: 'notFinite',
  output: notFiniteOutput,
  reference: notFiniteReference,
  webgpu: notFiniteWebGpu,
}

/** Whether any element is infinite or not a number: `[1]`, f32, 1 if so, else 0. @throws ShapeError */
export const notFinite = (engine: Engine, x: Tensor): Tensor => engine.run(notFiniteOp, { x })
