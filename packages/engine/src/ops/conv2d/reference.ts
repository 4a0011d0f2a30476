import { floats } from '../../host.ts'
import type { Tensor } from '../../tensor.ts'
import { activate } from '../activation/reference.ts'
import type { Conv2dArgs } from './arguments.ts'
import { conv2dSizes } from './arguments.ts'

/** One output at a time; what lies outside of the image is skipped, as zeros would be. */
export function conv2dReference(args: Conv2dArgs, out: Tensor): void {
  const s = conv2dSizes(args)
  const [x, w, y] = [floats(args.x), floats(args.w), floats(out)]
  const [bias, residual] = [args.bias && floats(args.bias), args.residual && floats(args.residual)]

  const sumAt = (b: number, row: number, col: number, o: number) => {
    let sum = bias?.[o] ?? 0
    for (let ky = 0; ky < s.kernelHeight; ky++) {
      const iy = Math.floor((row * s.stride + ky - s.pad.top) / s.zoom)
      if (iy < 0 || iy >= s.height) continue
      for (let kx = 0; kx < s.kernelWidth; kx++) {
        const ix = Math.floor((col * s.stride + kx - s.pad.left) / s.zoom)
        if (ix < 0 || ix >= s.width) continue
        const pixel = ((b * s.height + iy) * s.width + ix) * s.channels
        const tap = ((o * s.kernelHeight + ky) * s.kernelWidth + kx) * s.channels
        for (let c = 0; c < s.channels; c++) sum += x[pixel + c]! * w[tap + c]!
      }
    }
    return sum
  }

  let at = 0
  for (let b = 0; b < s.batch; b++) {
    for (let row = 0; row < s.outHeight; row++) {
      for (let col = 0; col < s.outWidth; col++) {
        for (let o = 0; o < s.outChannels; o++, at++) {
          y[at] = (residual?.[at] ?? 0) + activate(args.activation, sumAt(b, row, col, o))
        }
      }
    }
  }
}
