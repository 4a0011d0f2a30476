import { checkOp } from '../../../test/check-op.ts'
import { sumOver } from '../../../test/formula.ts'
import { rmsNormCases } from './cases.ts'
import { rmsNormOp } from './index.ts'

await checkOp(rmsNormOp, rmsNormCases, ({ x, weight, eps, activation }, of) => (...place) => {
  const size = x.shape.at(-1)!
  const squares = sumOver(size, (i) => of(x)(...place.with(-1, i)) ** 2)
  const v =
    (of(x)(...place) * of(weight)(place.at(-1)!) * Math.sqrt(size)) /
    Math.sqrt(squares + size * eps)
  return activation === 'silu' ? v * (0.5 + 0.5 * Math.tanh(v / 2)) : v
})
