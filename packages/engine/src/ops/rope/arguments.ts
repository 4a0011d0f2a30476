import { ShapeError } from '../../errors.ts'
import type { Tensor, TensorSpec } from '../../tensor.ts'
import { hasShape } from '../fits.ts'

export interface RopeArgs {
  /** `[L, H, D]` */
  readonly x: Tensor
  /** `[L, D / 2]`, f32 */
  readonly cos: Tensor
  /** `[L, D / 2]`, f32 */
  readonly sin: Tensor
}

/** @throws ShapeError */
export function ropeOutput({ x, cos, sin }: RopeArgs): TensorSpec {
  const [length, , size] = x.shape
  const isTable = (t: Tensor) => t.dtype === 'f32' && hasShape(t, [length!, size! / 2])
  if (x.shape.length !== 3 || !isTable(cos) || !isTable(sin)) {
    throw new ShapeError('rope', 'x[L, H, D], cos f32[L, D/2], sin f32[L, D/2]', [x, cos, sin])
  }
  return { shape: x.shape, dtype: x.dtype }
}
