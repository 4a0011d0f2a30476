/** Views with strides, which PyTorch stores as they are: slices, transposes, channels-last. */

/** The rows `[start, end)` of a view; offset and strides count elements of its storage. */
export interface StridedView {
  readonly offset: number
  readonly shape: readonly number[]
  readonly strides: readonly number[]
  readonly start: number
  readonly end: number
}

/** The range of storage elements that holds the rows. */
export function rowsSpan({ offset, shape, strides, start, end }: StridedView): {
  start: number
  end: number
} {
  const rowStride = strides[0] ?? 0
  const first = offset + start * rowStride
  if (end <= start || shape.includes(0)) return { start: 0, end: 0 }
  const inner = shape.slice(1).reduce((sum, size, i) => sum + (size - 1) * strides[i + 1]!, 0)
  return { start: first, end: first + (end - start - 1) * rowStride + inner + 1 }
}

/** Whether the view's elements follow each other row-major; strides of axes of one are free. */
export function isContiguous({ shape, strides }: StridedView): boolean {
  let expected = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false
    expected *= shape[axis]!
  }
  return true
}

/** Copies the rows out of the bytes of their span, row-major. */
export function gatherRows(span: Uint8Array, view: StridedView, itemBytes: number): Uint8Array {
  const shape = [view.end - view.start, ...view.shape.slice(1)]
  const out = new Uint8Array(shape.reduce((product, size) => product * size, itemBytes))
  const index = shape.map(() => 0)
  let from = 0
  for (let to = 0; to < out.byteLength; to += itemBytes) {
    for (let i = 0; i < itemBytes; i++) out[to + i] = span[from * itemBytes + i]!
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += view.strides[axis]!
      if (++index[axis]! < shape[axis]!) break
      from -= shape[axis]! * view.strides[axis]!
      index[axis] = 0
    }
  }
  return out
}
