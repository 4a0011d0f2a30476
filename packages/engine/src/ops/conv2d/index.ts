import type { Engine } from '../../engine.ts'
import type { Op } from '../../op.ts'
import type { Tensor } from '../../tensor.ts'
import { elementCount } from '../../tensor.ts'
import type { Conv2dArgs, Conv2dOptions } from './arguments.ts'
import { conv2dOutput, conv2dSizes } from './arguments.ts'
import { conv2dReference } from './reference.ts'
import { conv2dWasm } from './wasm.ts'
import { conv2dWebGpu } from './webgpu.ts'

export type { Padding, Conv2dOptions } from './arguments.ts'

export const conv2dOp: Op<Conv2dArgs> = {
  name: 'conv2d',
  output: conv2dOutput,
  flops(args) {
    const { batch, outHeight, outWidth } = conv2dSizes(args)
    return 2 * batch * outHeight * outWidth * elementCount(args.w.shape)
  },
  reference: conv2dReference,
  wasm: conv2dWasm,
  webgpu: conv2dWebGpu,
}

/** y[B, Ho, Wo, O] = residual + activation(x[B, H, W, C] ∗ w[O, kh, kw, C] + bias). @throws ShapeError */
export const conv2d = (engine: Engine, x: Tensor, w: Tensor, options: Conv2dOptions = {}): Tensor =>
  engine.run(conv2dOp, { x, w, ...options })
