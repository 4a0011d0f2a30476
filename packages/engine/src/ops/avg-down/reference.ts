import { floats } from '../../host.ts'
import type { Tensor } from '../../tensor.ts'
import type { AvgDownArgs } from './arguments.ts'
import { groupSize } from './arguments.ts'

export function avgDownReference(args: AvgDownArgs, out: Tensor): void {
  const { timeFactor, spaceFactor } = args
  const [, height, width, channels] = args.x.shape as [number, number, number, number]
  const [, outHeight, outWidth, outChannels] = out.shape as [number, number, number, number]
  const [x, y, add] = [floats(args.x), floats(out), args.add && floats(args.add)]
  const size = groupSize(args)

  /** Entry `index` of one pixel's channels (channel, time, row, column); time 0 of 2 is the frame of zeros. */
  const entry = (b: number, row: number, col: number, index: number) => {
    const dx = index % spaceFactor
    const dy = Math.floor(index / spaceFactor) % spaceFactor
    const time = Math.floor(index / spaceFactor ** 2) % timeFactor
    const c = Math.floor(index / (spaceFactor ** 2 * timeFactor))
    if (time < timeFactor - 1) return 0
    return x[
      ((b * height + row * spaceFactor + dy) * width + col * spaceFactor + dx) * channels + c
    ]!
  }

  y.forEach((_, at) => {
    const o = at % outChannels
    const pixel = Math.floor(at / outChannels)
    const col = pixel % outWidth
    const row = Math.floor(pixel / outWidth) % outHeight
    const b = Math.floor(pixel / (outWidth * outHeight))
    let sum = 0
    for (let i = 0; i < size; i++) sum += entry(b, row, col, o * size + i)
    y[at] = sum / size + (add?.[at] ?? 0)
  })
}
