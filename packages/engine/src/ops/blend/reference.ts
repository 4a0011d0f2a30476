import { floats } from '../../host.ts'
import type { Tensor } from '../../tensor.ts'
import type { BlendArgs } from './arguments.ts'

export function blendReference(args: BlendArgs, out: Tensor): void {
  const [x, y, z] = [floats(args.x), floats(args.y), floats(out)]
  for (let i = 0; i < z.length; i++) z[i] = args.a * x[i]! + args.b * y[i]!
}
