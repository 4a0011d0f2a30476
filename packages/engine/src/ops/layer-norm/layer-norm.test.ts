import { checkOp } from '../../../test/check-op.ts'
import { layerNormCases } from './cases.ts'
import { layerNormOp } from './index.ts'

await checkOp(layerNormOp, layerNormCases)
