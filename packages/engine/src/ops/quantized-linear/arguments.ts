import type { DType } from '../../dtype.ts'
import { ShapeError } from '../../errors.ts'
import type { Tensor, TensorSpec } from '../../tensor.ts'
import { channels, rows } from '../../tensor.ts'
import type { LinearOptions } from '../linear/arguments.ts'
import { fitsProduct } from '../linear/arguments.ts'
import { canQuantize, scaleWords } from '../quantize/arguments.ts'

export interface QuantizedLinearArgs extends LinearOptions {
  /** Quantised rows, as `quantize` makes them. */
  readonly x: Tensor
  readonly w: Tensor
  readonly dtype: DType
}

/** Channels of quantised rows. */
export const quantizedChannels = (x: TensorSpec): number => (channels(x) - scaleWords) * 4

/** @throws ShapeError */
export function quantizedLinearOutput(args: QuantizedLinearArgs): TensorSpec {
  const { x, w, bias, gate, multiply, residual, dtype } = args
  const n = w.shape[0]!
  const fits =
    [x, w].every(({ dtype }) => dtype === 'u32') &&
    w.shape.length === 2 &&
    w.shape[1] === channels(x) &&
    canQuantize(quantizedChannels(x)) &&
    fitsProduct(args, rows(x), n)
  if (!fits) {
    throw new ShapeError(
      'quantizedLinear',
      'x[…, K] and w[N, K] quantised, bias[N], gate[N], multiply[…, N], residual[…, N]',
      [x, w, bias, gate, multiply, residual],
    )
  }
  return { shape: [...x.shape.slice(0, -1), n], dtype }
}
