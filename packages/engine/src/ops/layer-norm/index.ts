import type { Engine } from '../../engine.ts'
import type { Op } from '../../op.ts'
import type { Tensor } from '../../tensor.ts'
import type { LayerNormArgs, LayerNormOptions } from './arguments.ts'
import { layerNormOutput } from './arguments.ts'
import { layerNormReference } from './reference.ts'
import { layerNormWasm } from './wasm.ts'
import { layerNormWebGpu } from './webgpu.ts'

export type { LayerNormOptions } from './arguments.ts'

export const layerNormOp: Op<LayerNormArgs> = {
  name: 'layerNorm',
  output: layerNormOutput,
  reference: layerNormReference,
  wasm: layerNormWasm,
  webgpu: layerNormWebGpu,
}

/**
 * y[…, C] = (n * weight + bias) * (1 + scale) + shift with n = (x - mean) / sqrt(variance + eps), both
 * over C. What is not given is left out. @throws ShapeError
 */
export const layerNorm = (engine: Engine, x: Tensor, options: LayerNormOptions): Tensor =>
  engine.run(layerNormOp, { x, ...options })
