import { ShapeError } from '../../errors.ts'
import type { Tensor, TensorSpec } from '../../tensor.ts'
import { channels } from '../../tensor.ts'

/** Channels that are turned together. */
export const turnedChannels = 128

/** Words of a quantised row that hold its scale: one, and zeros up to a vector of 16 bytes. */
export const scaleWords = 4

/** The largest code; the range is symmetric. */
export const mostCode = 127

export interface QuantizeArgs {
  readonly x: Tensor
}

/** Whether rows of so many channels can be quantised. */
export const canQuantize = (count: number): boolean => count > 0 && count % turnedChannels === 0

/** What rows of floats are once they are quantised. */
export const quantizedSpec = ({ shape }: Pick<TensorSpec, 'shape'>): TensorSpec => ({
  shape: [...shape.slice(0, -1), shape.at(-1)! / 4 + scaleWords],
  dtype: 'u32',
})

/** @throws ShapeError */
export function quantizeOutput({ x }: QuantizeArgs): TensorSpec {
  const size = channels(x)
  if (x.dtype === 'u32' || !canQuantize(size))
    throw new ShapeError('quantize', `x[…, C] of floats, C a multiple of ${turnedChannels}`, [x])
  return quantizedSpec(x)
}
