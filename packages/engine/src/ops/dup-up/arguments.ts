import { ShapeError } from '../../errors.ts'
import type { Tensor, TensorSpec } from '../../tensor.ts'
import { hasShape } from '../fits.ts'

export interface DupUpOptions {
  /** Channels that come out. */
  readonly channels: number
  /** `[B, 2H, 2W, channels]`: added to the result. */
  readonly add?: Tensor
}

export interface DupUpArgs extends DupUpOptions {
  /** `[B, H, W, C]` */
  readonly x: Tensor
}

/** @throws ShapeError */
export function dupUpOutput(args: DupUpArgs): TensorSpec {
  const { x, channels, add } = args
  const [batch, height, width] = x.shape as [number, number, number, number]
  const shape = [batch, height * 2, width * 2, channels]
  const fits =
    x.shape.length === 4 &&
    Number.isInteger(repeats(args)) &&
    repeats(args) > 0 &&
    hasShape(add, shape)
  if (!fits) {
    throw new ShapeError(
      'dupUp',
      `x[B, H, W, C] with C a divisor of ${channels * 4}, add[B, 2H, 2W, ${channels}]`,
      [x, add],
    )
  }
  return { shape, dtype: x.dtype }
}

/** How often each channel of `x` is there among the four offsets of the channels that come out. */
export const repeats = ({ x, channels }: DupUpArgs) => (channels * 4) / x.shape[3]!
