import { checkOp } from '../../../test/check-op.ts'
import { concatCases } from './cases.ts'
import { concatOp } from './index.ts'

await checkOp(concatOp, concatCases)
