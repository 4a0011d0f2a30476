import type { Tensor } from '../../tensor.ts'
import { fitsUnits } from '../../webgpu/matmul/units.ts'
import type { GpuRecorder } from '../../webgpu/recorder.ts'
import type { Conv2dArgs } from './arguments.ts'
import { conv2dSizes } from './arguments.ts'
import { convolveTiled } from './webgpu-tiled.ts'
import { convolveOnUnits } from './webgpu-units.ts'

/**
 * As a product: a row is a pixel of the result, a column a channel of it, and K runs over the taps of the
 * kernel and the channels under each.
 */
export function conv2dWebGpu(args: Conv2dArgs, out: Tensor, gpu: GpuRecorder): void {
  const { outChannels, zoom } = conv2dSizes(args)
  const fits =
    fitsUnits(gpu, args.x, args.w, outChannels) && (zoom === 1 || isPlainThreeByThree(args))
  if (fits) convolveOnUnits(args, out, gpu)
  else convolveTiled(args, out, gpu)
}

const isPlainThreeByThree = (args: Conv2dArgs) => {
  const { kernelHeight, kernelWidth, stride, pad } = conv2dSizes(args)
  return (
    kernelHeight === 3 &&
    kernelWidth === 3 &&
    stride === 1 &&
    Object.values(pad).every((n) => n === 1)
  )
}
