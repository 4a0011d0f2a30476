/** Numbers on the host under a shape, row-major. */
export interface HostArray {
  readonly shape: readonly number[]
  readonly values: Float32Array
}

/** The axes in another order, as `numpy.transpose`; axes of one that `order` leaves out are dropped. */
export function transpose({ shape, values }: HostArray, order: readonly number[]) {
  const outShape = order.map((axis) => shape[axis]!)
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((n, d) => n * d, 1))
  const out = new Float32Array(values.length)
  const index = outShape.map(() => 0)
  for (let at = 0; at < out.length; at++) {
    out[at] = values[order.reduce((sum, axis, i) => sum + index[i]! * strides[axis]!, 0)]!
    for (let axis = outShape.length - 1; axis >= 0 && ++index[axis]! === outShape[axis]; axis--)
      index[axis] = 0
  }
  return { shape: outShape, values: out }
}

/**
 * ‖a-b‖ / ‖b‖ in double precision. NaN when sizes differ or a number is not finite, which passes no comparison; zeros
 * are met by zeros only.
 */
export function relativeError(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return NaN
  let difference = 0
  let norm = 0
  for (let i = 0; i < a.length; i++) {
    difference += (a[i]! - b[i]!) ** 2
    norm += b[i]! ** 2
  }
  return difference === 0 ? 0 : Math.sqrt(difference / norm)
}
