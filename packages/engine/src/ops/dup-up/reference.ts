import { floats } from '../../host.ts'
import type { Tensor } from '../../tensor.ts'
import type { DupUpArgs } from './arguments.ts'
import { repeats } from './arguments.ts'

export function dupUpReference(args: DupUpArgs, out: Tensor): void {
  const [, height, width, channels] = args.x.shape as [number, number, number, number]
  const [x, y, add] = [floats(args.x), floats(out), args.add && floats(args.add)]
  y.forEach((_, at) => {
    const o = at % args.channels
    const pixel = Math.floor(at / args.channels)
    const col = pixel % (width * 2)
    const row = Math.floor(pixel / (width * 2)) % (height * 2)
    const b = Math.floor(pixel / (width * height * 4))
    const entry = o * 4 + (row % 2) * 2 + (col % 2)
    const source = (b * height + Math.floor(row / 2)) * width + Math.floor(col / 2)
    y[at] = x[source * channels + Math.floor(entry / repeats(args))]! + (add?.[at] ?? 0)
  })
}
