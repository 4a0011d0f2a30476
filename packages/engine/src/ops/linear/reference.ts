import { floats } from '../../host.ts'
import type { Tensor } from '../../tensor.ts'
import { channels, rows } from '../../tensor.ts'
import { activate } from '../activation/reference.ts'
import type { LinearArgs } from './arguments.ts'

/** One dot product at a time, summed in double precision. */
export function linearReference(args: LinearArgs, out: Tensor): void {
  const [x, w, y] = [floats(args.x), floats(args.w), floats(out)]
  const [m, n, k] = [rows(args.x), channels(out), channels(args.x)]
  const [bias, gate, multiply, residual] = [args.bias, args.gate, args.multiply, args.residual].map(
    (t) => t && floats(t),
  )
  for (let row = 0; row < m; row++) {
    for (let col = 0; col < n; col++) {
      let sum = bias?.[col] ?? 0
      for (let i = 0; i < k; i++) sum += x[row * k + i]! * w[col * k + i]!
      const at = row * n + col
      const scaled = activate(args.activation, sum) * (multiply?.[at] ?? 1) * (gate?.[col] ?? 1)
      y[at] = (residual?.[at] ?? 0) + scaled
    }
  }
}
