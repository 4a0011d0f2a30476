import { ShapeError } from '../../errors.ts'
import type { Tensor, TensorSpec } from '../../tensor.ts'
import { hasShape } from '../fits.ts'

export interface AvgDownOptions {
  /** Channels that come out. */
  readonly channels: number
  /** 2: each frame stands behind one of zeros, as a video's first frame does. */
  readonly timeFactor: 1 | 2
  /** 2: blocks of 2 x 2 pixels become channels. */
  readonly spaceFactor: 1 | 2
  /** As the result: added to it. */
  readonly add?: Tensor
}

export interface AvgDownArgs extends AvgDownOptions {
  /** `[B, H, W, C]` */
  readonly x: Tensor
}

/** @throws ShapeError */
export function avgDownOutput(args: AvgDownArgs): TensorSpec {
  const { x, add, channels, spaceFactor } = args
  const [batch, height, width] = x.shape as [number, number, number, number]
  const shape = [batch, height / spaceFactor, width / spaceFactor, channels]
  const fits =
    x.shape.length === 4 &&
    shape.every(Number.isInteger) &&
    Number.isInteger(groupSize(args)) &&
    hasShape(add, shape)
  if (!fits) {
    const expected = `x[B, H, W, C] that makes groups for ${channels} channels, add[B, H/f, W/f, ${channels}]`
    throw new ShapeError('avgDown', expected, [x, add])
  }
  return { shape, dtype: x.dtype }
}

/** How many entries one channel of the result is the mean of, the zeros among them. */
export const groupSize = ({ x, channels, timeFactor, spaceFactor }: AvgDownArgs) =>
  (x.shape[3]! * timeFactor * spaceFactor ** 2) / channels
