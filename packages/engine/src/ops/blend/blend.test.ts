import { checkOp } from '../../../test/check-op.ts'
import { blendCases } from './cases.ts'
import { blendOp } from './index.ts'

await checkOp(
  blendOp,
  blendCases,
  ({ x, y, a, b }, of) =>
    (...place) =>
      a * of(x)(...place) + b * of(y)(...place),
)
