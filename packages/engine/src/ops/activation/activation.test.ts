import { checkOp } from '../../../test/check-op.ts'
import { activationCases } from './cases.ts'
import { activationOp } from './index.ts'

await checkOp(activationOp, activationCases)
