import { checkOp } from '../../../test/check-op.ts'
import { rmsNormCases } from './cases.ts'
import { rmsNormOp } from './index.ts'

await checkOp(rmsNormOp, rmsNormCases)
