import { checkOp } from '../../../test/check-op.ts'
import { sumOver } from '../../../test/formula.ts'
import { attentionCases } from './cases.ts'
import { attentionOp } from './index.ts'

await checkOp(
  attentionOp,
  attentionCases,
  ({ q, k, v, scale, relativeBias, lastKeyCount = 1 }, of) => {
    const [, queries, heads, size] = q.shape as [number, number, number, number]
    const keys = k.shape[1]!
    const [qs, ks, vs] = [of(q), of(k), of(v)]
    /** Powers of all logits as they are; doubles hold them. */
    const powersOf = (b: number, i: number, h: number) =>
      Array.from({ length: keys }, (_, j) => {
        const product = sumOver(size, (d) => qs(b, i, h, d) * ks(b, j, h, d))
        const bias = relativeBias ? of(relativeBias)(h, j - i + queries - 1) : 0
        return (
          Math.exp(product * (scale ?? size ** -0.5) + bias) * (j === keys - 1 ? lastKeyCount : 1)
        )
      })
    const known = new Map<number, number[]>()
    return (b, i, h, d) => {
      const row = (b! * queries + i!) * heads + h!
      const powers = known.get(row) ?? powersOf(b!, i!, h!)
      known.set(row, powers)
      const weighed = sumOver(keys, (j) => powers[j]! * vs(b!, j, h!, d!))
      return weighed / sumOver(keys, (j) => powers[j]!)
    }
  },
)
