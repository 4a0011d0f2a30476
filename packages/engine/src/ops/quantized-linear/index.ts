import type { DType } from '../../dtype.ts'
import type { Engine } from '../../engine.ts'
import type { Op } from '../../op.ts'
import type { Tensor } from '../../tensor.ts'
import { rows } from '../../tensor.ts'
import type { LinearOptions } from '../linear/arguments.ts'
import type { QuantizedLinearArgs } from './arguments.ts'
import { quantizedChannels, quantizedLinearOutput } from './arguments.ts'
import { quantizedLinearReference } from './reference.ts'
import { quantizedLinearWebGpu } from './webgpu.ts'

export const quantizedLinearOp: Op<QuantizedLinearArgs> = {
  name: 'quantized linear',
  output: quantizedLinearOutput,
  flops: ({ x, w }) => 2 * rows(x) * quantizedChannels(x) * w.shape[0]!,
  reference: quantizedLinearReference,
  webgpu: quantizedLinearWebGpu,
}

/** As `linear`, of rows that `quantize` made. @throws ShapeError */
export const quantizedLinear = (
  engine: Engine,
  x: Tensor,
  w: Tensor,
  options: LinearOptions & { readonly dtype: DType },
): Tensor => engine.run(quantizedLinearOp, { x, w, ...options })
