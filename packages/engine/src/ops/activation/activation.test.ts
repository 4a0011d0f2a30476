import { checkOp } from '../../../test/check-op.ts'
import { activationCases } from './cases.ts'
import { activationOp } from './index.ts'

await checkOp(activationOp, activationCases, ({ x, activation }, of) => (...place) => {
  const v = of(x)(...place)
  // both are v times a sigmoid
  const slope = activation === 'silu' ? v : Math.sqrt(8 / Math.PI) * (v + 0.044715 * v ** 3)
  return v * (0.5 + 0.5 * Math.tanh(slope / 2))
})
