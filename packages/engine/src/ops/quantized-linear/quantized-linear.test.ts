import { checkOp } from '../../../test/check-op.ts'
import { quantizedLinearCases } from './cases.ts'
import { quantizedLinearOp } from './index.ts'

// quantize.test.ts holds its products against those of floats
await checkOp(quantizedLinearOp, quantizedLinearCases, 'by hand')
