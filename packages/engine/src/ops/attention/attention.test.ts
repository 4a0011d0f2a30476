import { checkOp } from '../../../test/check-op.ts'
import { attentionCases } from './cases.ts'
import { attentionOp } from './index.ts'

await checkOp(attentionOp, attentionCases)
