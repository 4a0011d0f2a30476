import { checkOp } from '../../../test/check-op.ts'
import { blendCases } from './cases.ts'
import { blendOp } from './index.ts'

await checkOp(blendOp, blendCases)
