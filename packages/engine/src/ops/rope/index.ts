import type { Engine } from '../../engine.ts'
import { ShapeError } from '../../errors.ts'
import type { Op } from '../../op.ts'
import type { Tensor } from '../../tensor.ts'
import { hasShape } from '../fits.ts'
import { ropeReference } from './reference.ts'
import { ropeWasm } from './wasm.ts'
import { ropeWebGpu } from './webgpu.ts'

export interface RopeArgs {
  /** `[L, H, D]` */
  readonly x: Tensor
  /** `[L, D / 2]`, f32 */
  readonly cos: Tensor
  /** `[L, D / 2]`, f32 */
  readonly sin: Tensor
}

export const ropeOp: Op<RopeArgs> = {
  name: 'rope',
  output({ x, cos, sin }) {
    const [length, , size] = x.shape
    const isTable = (t: Tensor) => t.dtype === 'f32' && hasShape(t, [length!, size! / 2])
    if (x.shape.length !== 3 || !isTable(cos) || !isTable(sin)) {
      throw new ShapeError('rope', 'x[L, H, D], cos f32[L, D/2], sin f32[L, D/2]', [x, cos, sin])
    }
    return { shape: x.shape, dtype: x.dtype }
  },
  reference: ropeReference,
  wasm: ropeWasm,
  webgpu: ropeWebGpu,
}

/** Turns each pair of neighbours (a, b) of a position by its angle: (a cos - b sin, a sin + b cos). @throws ShapeError */
export const rope = (engine: Engine, x: Tensor, cos: Tensor, sin: Tensor): Tensor =>
  engine.run(ropeOp, { x, cos, sin })
