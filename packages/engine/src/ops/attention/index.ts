import type { Engine } from '../../engine.ts'
import type { Op } from '../../op.ts'
import type { Tensor } from '../../tensor.ts'
import { elementCount } from '../../tensor.ts'
import type { AttentionArgs, AttentionOptions } from './arguments.ts'
import { attentionOutput, attentionSizes } from './arguments.ts'
import { attentionReference } from './reference.ts'
import { attentionWasm } from './wasm.ts'
import { attentionWebGpu } from './webgpu.ts'

export type { AttentionOptions } from './arguments.ts'

export const attentionOp: Op<AttentionArgs> = {
  name: 'attention',
  output: attentionOutput,
  flops: ({ q, k }) => 4 * elementCount(q.shape) * attentionSizes({ q, k }).keys,
  reference: attentionReference,
  wasm: attentionWasm,
  webgpu: attentionWebGpu,
}

/** softmax(scale · q·kᵀ + relativeBias) · v for each head: `[B, L, H, D]`. @throws ShapeError */
export const attention = (
  engine: Engine,
  q: Tensor,
  k: Tensor,
  v: Tensor,
  options: AttentionOptions = {},
): Tensor => engine.run(attentionOp, { q, k, v, ...options })
