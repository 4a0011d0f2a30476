import { checkOp } from '../../../test/check-op.ts'
import { sliceCases } from './cases.ts'
import { sliceOp } from './index.ts'

await checkOp(sliceOp, sliceCases)
