import type { Tensor } from '../tensor.ts'
import { elementCount } from '../tensor.ts'

/** Whether an optional vector has one f32 a channel. */
export const isVector = (v: Tensor | undefined, channels: number): boolean =>
  !v || (v.dtype === 'f32' && elementCount(v.shape) === channels)

/** Whether an optional tensor has exactly this shape. */
export const hasShape = (x: Tensor | undefined, shape: readonly number[]): boolean =>
  !x || (x.shape.length === shape.length && x.shape.every((d, i) => d === shape[i]))

/** An axis that may be counted from the end, counted from the start. */
export const axisFromStart = (x: Tensor, axis: number): number =>
  axis < 0 ? axis + x.shape.length : axis
