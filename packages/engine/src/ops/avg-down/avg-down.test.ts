import { checkOp } from '../../../test/check-op.ts'
import { avgDownCases } from './cases.ts'
import { avgDownOp } from './index.ts'

await checkOp(avgDownOp, avgDownCases)
