import { floats } from '../../host.ts'
import type { Tensor } from '../../tensor.ts'
import type { RopeArgs } from './arguments.ts'

export function ropeReference(args: RopeArgs, out: Tensor): void {
  const [, heads, size] = args.x.shape as [number, number, number]
  const [x, cos, sin, y] = [floats(args.x), floats(args.cos), floats(args.sin), floats(out)]
  const half = size / 2
  for (let pair = 0; pair < y.length / 2; pair++) {
    const angle = Math.floor(pair / (heads * half)) * half + (pair % half)
    const [a, b, c, s] = [x[pair * 2]!, x[pair * 2 + 1]!, cos[angle]!, sin[angle]!]
    y[pair * 2] = a * c - b * s
    y[pair * 2 + 1] = a * s + b * c
  }
}
