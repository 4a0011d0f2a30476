import type { Conv2dArgs } from './arguments.ts'
import { conv2dSizes } from './arguments.ts'

/** The padded images, as the WebAssembly kernels take them. */
export function sourceOf(args: Conv2dArgs) {
  const { height, width, channels, pad } = conv2dSizes(args)
  return { x: args.x, height, width, channels, top: pad.top, left: pad.left }
}
