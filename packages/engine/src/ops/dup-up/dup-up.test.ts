import { checkOp } from '../../../test/check-op.ts'
import { dupUpCases } from './cases.ts'
import { dupUpOp } from './index.ts'

await checkOp(dupUpOp, dupUpCases)
