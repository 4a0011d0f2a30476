import { floats } from '../../host.ts'
import type { Tensor } from '../../tensor.ts'
import { channels } from '../../tensor.ts'
import type { LayerNormArgs } from './arguments.ts'

export function layerNormReference(args: LayerNormArgs, out: Tensor): void {
  const size = channels(args.x)
  const y = floats(out)
  const [weight, bias, scale, shift] = [args.weight, args.bias, args.scale, args.shift].map(
    (t) => t && floats(t),
  )
  for (let at = 0; at < y.length; at += size) {
    const row = floats(args.x).subarray(at, at + size)
    const mean = row.reduce((sum, v) => sum + v, 0) / size
    const variance = row.reduce((sum, v) => sum + (v - mean) ** 2, 0) / size
    row.forEach((v, c) => {
      const normal = (v - mean) / Math.sqrt(variance + args.eps)
      const affine = normal * (weight?.[c] ?? 1) + (bias?.[c] ?? 0)
      y[at + c] = affine * (1 + (scale?.[c] ?? 0)) + (shift?.[c] ?? 0)
    })
  }
}
