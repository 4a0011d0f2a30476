import { checkOp } from '../../../test/check-op.ts'
import { sliceCases } from './cases.ts'
import { sliceOp } from './index.ts'

await checkOp(sliceOp, sliceCases, ({ x, axis, start }, of) => (...place) => {
  const along = axis < 0 ? axis + place.length : axis
  return of(x)(...place.with(along, place[along]! + start))
})
