import { ShapeError } from '../../errors.ts'
import type { Tensor, TensorSpec } from '../../tensor.ts'

export interface PermuteArgs {
  /** Of at most six axes and any type. */
  readonly x: Tensor
  /** Axis `i` of the result is axis `order[i]` of `x`. */
  readonly order: readonly number[]
}

export const maxAxes = 6

/** @throws ShapeError */
export function permuteOutput({ x, order }: PermuteArgs): TensorSpec {
  const axes = x.shape.length
  const isOrder = order.length === axes && x.shape.every((_, axis) => order.includes(axis))
  if (!isOrder || axes > maxAxes) {
    throw new ShapeError(
      'permute',
      `at most ${maxAxes} axes in an order of all of them, not [${order.join(', ')}]`,
      [x],
    )
  }
  return { shape: order.map((axis) => x.shape[axis]!), dtype: x.dtype }
}

/** For each axis of the result, how far apart its neighbours lie in `x`. */
export function permutedStrides({ x, order }: PermuteArgs): number[] {
  return order.map((axis) => x.shape.slice(axis + 1).reduce((n, d) => n * d, 1))
}
