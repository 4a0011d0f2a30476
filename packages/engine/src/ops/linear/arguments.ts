import type { DType } from '../../dtype.ts'
import { ShapeError } from '../../errors.ts'
import type { Tensor, TensorSpec } from '../../tensor.ts'
import { channels, elementCount, rows } from '../../tensor.ts'
import type { Activation } from '../activation/arguments.ts'

export interface LinearOptions {
  /** `[N]`, f32 */
  readonly bias?: Tensor
  readonly activation?: Activation
  /** `[…, N]`: multiplies what the activation gives (a gated feed-forward). */
  readonly multiply?: Tensor
  /** `[N]`, f32: multiplies each channel before the residual is added. */
  readonly gate?: Tensor
  /** `[…, N]`, of any float type: added last. */
  readonly residual?: Tensor
  /** What comes out is stored as this; default as `x`. */
  readonly dtype?: DType
}

export interface LinearArgs extends LinearOptions {
  readonly x: Tensor
  readonly w: Tensor
}

/** Whether what is done to a product `[count, n]` has the shapes for it. */
export const fitsProduct = (
  { bias, gate, multiply, residual }: LinearOptions,
  count: number,
  n: number,
): boolean =>
  [bias, gate].every((v) => !v || (v.dtype === 'f32' && elementCount(v.shape) === n)) &&
  [multiply, residual].every((v) => !v || elementCount(v.shape) === count * n)

/** @throws ShapeError */
export function linearOutput({ x, w, dtype, ...options }: LinearArgs): TensorSpec {
  const n = w.shape[0]!
  const { bias, gate, multiply, residual } = options
  const fits =
    w.shape.length === 2 && w.shape[1] === channels(x) && fitsProduct(options, rows(x), n)
  if (!fits) {
    throw new ShapeError(
      'linear',
      'x[…, K], w[N, K], bias[N], gate[N], multiply[…, N], residual[…, N]',
      [x, w, bias, gate, multiply, residual],
    )
  }
  return { shape: [...x.shape.slice(0, -1), n], dtype: dtype ?? x.dtype }
}
