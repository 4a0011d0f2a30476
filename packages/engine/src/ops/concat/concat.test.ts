import { checkOp } from '../../../test/check-op.ts'
import { concatCases } from './cases.ts'
import { concatOp } from './index.ts'

await checkOp(concatOp, concatCases, ({ tensors, axis }, of) => (...place) => {
  const along = axis < 0 ? axis + place.length : axis
  let at = place[along]!
  for (const x of tensors) {
    if (at < x.shape[along]!) return of(x)(...place.with(along, at))
    at -= x.shape[along]!
  }
  return NaN
})
