import type { Engine } from '../../engine.ts'
import type { Op } from '../../op.ts'
import type { Tensor } from '../../tensor.ts'
import type { QuantizeArgs } from './arguments.ts'
import { quantizeOutput } from './arguments.ts'
import { quantizeReference } from './reference.ts'
import { quantizeWebGpu } from './webgpu.ts'

export { canQuantize, quantizedSpec } from './arguments.ts'
export type { TurnedRows } from './turned-rows.ts'
export { packedBytes, packTurned, quantizeTurned, restoreTurned } from './turned-rows.ts'

export const quantizeOp: Op<QuantizeArgs> = {
  name: 'quantize',
  output: quantizeOutput,
  reference: quantizeReference,
  webgpu: quantizeWebGpu,
}

/**
 * Rows `[…, C]` as codes of 8 bits with a scale each, in words: `[…, C / 4 + 4]`, u32, the scale's bits behind the codes.
 * Groups of 128 channels are turned before (a Hadamard matrix), so that one large channel does not cost all others their
 * digits; products of two quantised rows are those of the rows, since both are turned alike. Every backend gives the same
 * bits, those of `quantizeTurned`.
 * @throws ShapeError
 */
export const quantize = (engine: Engine, x: Tensor): Tensor => engine.run(quantizeOp, { x })
