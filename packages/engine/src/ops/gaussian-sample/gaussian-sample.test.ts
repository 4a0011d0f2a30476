import { checkOp } from '../../../test/check-op.ts'
import { gaussianSampleCases } from './cases.ts'
import { gaussianSampleOp } from './index.ts'

await checkOp(gaussianSampleOp, gaussianSampleCases)
