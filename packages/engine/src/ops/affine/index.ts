import type { Engine } from '../../engine.ts'
import type { Op } from '../../op.ts'
import type { Tensor } from '../../tensor.ts'
import type { AffineArgs, AffineOptions } from './arguments.ts'
import { affineOutput } from './arguments.ts'
import { affineReference } from './reference.ts'
import { affineWasm } from './wasm.ts'
import { affineWebGpu } from './webgpu.ts'

export type { AffineOptions } from './arguments.ts'

export const affineOp: Op<AffineArgs> = {
  name: 'affine',
  output: affineOutput,
  reference: affineReference,
  wasm: affineWasm,
  webgpu: affineWebGpu,
}

/** y[…, C] = x * scale + shift, channel by channel. @throws ShapeError */
export const affine = (
  engine: Engine,
  x: Tensor,
  scale: Tensor,
  shift: Tensor,
  options: AffineOptions = {},
): Tensor => engine.run(affineOp, { x, scale, shift, ...options })
