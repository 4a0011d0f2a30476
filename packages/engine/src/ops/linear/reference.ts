import { floats } from '../../host.ts'
import type { Tensor } from '../../tensor.ts'
import { channels, rows } from '../../tensor.ts'
import { activate } from '../activation/reference.ts'
import type { LinearArgs, LinearOptions } from './arguments.ts'

/** One dot product at a time, summed in double precision. */
export function linearReference(args: LinearArgs, out: Tensor): void {
  const [x, w] = [floats(args.x), floats(args.w)]
  const k = channels(args.x)
  eachProduct(args, out, (row, col) => {
    let sum = 0
    for (let i = 0; i < k; i++) sum += x[row * k + i]! * w[col * k + i]!
    return sum
  })
}

/** Fills `out` with what becomes of the product of each row and column. */
export function eachProduct(
  options: LinearOptions,
  out: Tensor,
  product: (row: number, col: number) => number,
): void {
  const [y, m, n] = [floats(out), rows(out), channels(out)]
  const { activation } = options
  const [bias, gate, multiply, residual] = [
    options.bias,
    options.gate,
    options.multiply,
    options.residual,
  ].map((t) => t && floats(t))
  for (let row = 0; row < m; row++) {
    for (let col = 0; col < n; col++) {
      const at = row * n + col
      const value = activate(activation, product(row, col) + (bias?.[col] ?? 0))
      y[at] = (residual?.[at] ?? 0) + value * (multiply?.[at] ?? 1) * (gate?.[col] ?? 1)
    }
  }
}
