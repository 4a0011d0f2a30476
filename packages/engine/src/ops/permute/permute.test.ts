import { checkOp } from '../../../test/check-op.ts'
import { permuteCases } from './cases.ts'
import { permuteOp } from './index.ts'

await checkOp(
  permuteOp,
  permuteCases,
  ({ x, order }, of) =>
    (...place) =>
      of(x)(...x.shape.map((_, axis) => place[order.indexOf(axis)]!)),
)
