import { checkOp } from '../../../test/check-op.ts'
import { conv2dCases } from './cases.ts'
import { conv2dOp } from './index.ts'

await checkOp(conv2dOp, conv2dCases)
