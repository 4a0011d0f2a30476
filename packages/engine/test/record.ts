import type { GpuFeatures, Kernel, Op, Tensor, TensorMaker, TensorSpec } from '../src/index.ts'
import { byteLength } from '../src/index.ts'

/** A tensor with nothing behind it. */
const blank = (spec: TensorSpec): Tensor => ({ ...spec, storage: { bytes: byteLength(spec) } })

/** Makes tensors with nothing in them: enough to see what an operation would do with them. */
export const blankMaker = (half: 'f16' | 'f32'): TensorMaker => ({
  half,
  normal: (shape, { dtype = half } = {}) => blank({ shape, dtype }),
  given: (_, shape, dtype = half) => blank({ shape, dtype }),
})

/** The kernels that an operation would run, on a device of these features. */
export function recordKernels<Args extends object>(
  op: Op<Args>,
  args: Args,
  features: GpuFeatures,
): Kernel[] {
  const kernels: Kernel[] = []
  op.webgpu(args, blank(op.output(args)), {
    features,
    dispatch: (kernel) => void kernels.push(kernel),
    scratch: (shape, dtype) => blank({ shape, dtype }),
    clear: () => {},
  })
  return kernels
}
