import { checkOp } from '../../../test/check-op.ts'
import { ropeCases } from './cases.ts'
import { ropeOp } from './index.ts'

await checkOp(ropeOp, ropeCases)
