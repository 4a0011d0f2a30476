import type { Engine } from '../../engine.ts'
import { ShapeError } from '../../errors.ts'
import type { Op } from '../../op.ts'
import type { Tensor } from '../../tensor.ts'
import { elementCount } from '../../tensor.ts'
import { axisFromStart, hasShape } from '../fits.ts'
import { concatReference } from './reference.ts'
import { concatWasm } from './wasm.ts'
import { concatWebGpu } from './webgpu.ts'

export interface ConcatArgs {
  /** One or more, equal in all axes but one. */
  readonly tensors: readonly Tensor[]
  /** May be negative: counted from the end. */
  readonly axis: number
}

export const concatOp: Op<ConcatArgs> = {
  name: 'concat',
  output({ tensors, axis }) {
    const [first] = tensors
    const at = first ? axisFromStart(first, axis) : -1
    const fits =
      first?.shape[at] !== undefined &&
      tensors.every(
        (x) =>
          hasShape(x, first.shape.with(at, x.shape[at] ?? 0)) &&
          (x.dtype === 'u32') === (first.dtype === 'u32'),
      )
    if (!fits) throw new ShapeError('concat', `tensors that differ in axis ${axis} only`, tensors)
    const total = tensors.reduce((sum, x) => sum + x.shape[at]!, 0)
    return { shape: first.shape.with(at, total), dtype: first.dtype }
  },
  reference: concatReference,
  wasm: concatWasm,
  webgpu: concatWebGpu,
}

/** Where each tensor goes: run `i` of it, `length` long, to `first + i * apart` of the result. */
export function concatRuns({ tensors, axis }: ConcatArgs) {
  const at = axisFromStart(tensors[0]!, axis)
  const lengths = tensors.map((x) => elementCount(x.shape.slice(at)))
  const apart = lengths.reduce((sum, length) => sum + length, 0)
  let first = 0
  return tensors.map((x, i) => {
    const run = { x, first, apart, length: lengths[i]!, count: elementCount(x.shape.slice(0, at)) }
    first += lengths[i]!
    return run
  })
}

/** Tensors side by side along one axis, stored as the first is. @throws ShapeError */
export const concat = (engine: Engine, tensors: readonly Tensor[], axis: number): Tensor =>
  engine.run(concatOp, { tensors, axis })
