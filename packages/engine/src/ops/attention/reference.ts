import { floats } from '../../host.ts'
import type { Tensor } from '../../tensor.ts'
import type { AttentionArgs } from './arguments.ts'
import { attentionSizes } from './arguments.ts'

/** One query at a time: its logits, their softmax, the weighted mean of the values. */
export function attentionReference(args: AttentionArgs, out: Tensor): void {
  const { batch, queries, keys, heads, size } = attentionSizes(args)
  const { scale = 1 / Math.sqrt(size), lastKeyCount = 1 } = args
  const [q, k, v, y] = [floats(args.q), floats(args.k), floats(args.v), floats(out)]
  const bias = args.relativeBias && floats(args.relativeBias)
  for (let b = 0; b < batch; b++) {
    for (let i = 0; i < queries; i++) {
      for (let h = 0; h < heads; h++) {
        const query = ((b * queries + i) * heads + h) * size
        const key = (j: number) => ((b * keys + j) * heads + h) * size
        const logits = Array.from({ length: keys }, (_, j) => {
          let sum = 0
          for (let d = 0; d < size; d++) sum += q[query + d]! * k[key(j) + d]!
          return scale * sum + (bias?.[h * (queries + keys - 1) + j - i + queries - 1] ?? 0)
        })
        logits[keys - 1]! += Math.log(lastKeyCount)
        const weights = softmax(logits)
        for (let d = 0; d < size; d++) {
          y[query + d] = weights.reduce((sum, weight, j) => sum + weight * v[key(j) + d]!, 0)
        }
      }
    }
  }
}

function softmax(logits: readonly number[]): number[] {
  const highest = logits.reduce((a, b) => Math.max(a, b))
  const powers = logits.map((logit) => Math.exp(logit - highest))
  const total = powers.reduce((a, b) => a + b)
  return powers.map((power) => power / total)
}
