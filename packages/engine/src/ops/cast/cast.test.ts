import { checkOp } from '../../../test/check-op.ts'
import { castCases } from './cases.ts'
import { castOp } from './index.ts'

await checkOp(castOp, castCases, ({ x }, of) => of(x))
