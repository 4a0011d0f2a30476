import { checkOp } from '../../../test/check-op.ts'
import { gaussianSampleCases } from './cases.ts'
import { gaussianSampleOp } from './index.ts'

await checkOp(gaussianSampleOp, gaussianSampleCases, ({ moments, eps }, of) => (...place) => {
  const z = place.at(-1)!
  const logVariance = of(moments)(...place.with(-1, z + eps.shape.at(-1)!))
  const deviation = Math.sqrt(Math.exp(Math.max(-30, Math.min(20, logVariance))))
  return of(moments)(...place) + deviation * of(eps)(...place)
})
