import { checkOp } from '../../../test/check-op.ts'
import { affineCases } from './cases.ts'
import { affineOp } from './index.ts'

await checkOp(affineOp, affineCases)
