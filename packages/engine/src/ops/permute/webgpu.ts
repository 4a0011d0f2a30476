import type { Tensor } from '../../tensor.ts'
import { dispatchElementwise, wide, widthFor } from '../../webgpu/elementwise.ts'
import type { GpuRecorder } from '../../webgpu/recorder.ts'
import type { PermuteArgs } from './arguments.ts'
import { permutedStrides } from './arguments.ts'

/** Where the last axis stays the last, four of its elements move at once. */
export function permuteWebGpu(args: PermuteArgs, out: Tensor, gpu: GpuRecorder): void {
  const { x, order } = args
  const axes = order.length
  const width = order.at(-1) === axes - 1 ? widthFor(x.shape.at(-1)!) : 1
  const u32 = (value: number) => ({ type: 'u32', value }) as const
  const last = axes - 1
  const size = (axis: number) => (axis === last ? out.shape[axis]! / width : out.shape[axis]!)
  const stride = (axis: number) =>
    axis === last ? permutedStrides(args)[axis]! : permutedStrides(args)[axis]! / width
  const eachAxis = Array.from({ length: axes }, (_, axis) => axis)
  dispatchElementwise(gpu, out, {
    name: `permute of ${axes} axes`,
    width,
    inputs: { x },
    uniforms: Object.fromEntries(
      eachAxis.flatMap((axis) => [
        [`size${axis}`, u32(size(axis))],
        [`stride${axis}`, u32(stride(axis))],
      ]),
    ),
    body: `
  var rest = i;
  var source = 0u;
  ${eachAxis
    .toReversed()
    .map((axis) => `source += (rest % u.size${axis}) * u.stride${axis}; rest /= u.size${axis};`)
    .join('\n  ')}
  let value = ${wide(x.dtype, width)}(x[source]);`,
  })
}
