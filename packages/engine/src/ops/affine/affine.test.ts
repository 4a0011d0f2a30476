import { checkOp } from '../../../test/check-op.ts'
import { affineCases } from './cases.ts'
import { affineOp } from './index.ts'

await checkOp(affineOp, affineCases, ({ x, scale, shift }, of) => (...place) => {
  const c = place.at(-1)!
  return of(x)(...place) * of(scale)(c) + of(shift)(c)
})
