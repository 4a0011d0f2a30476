import { checkOp } from '../../../test/check-op.ts'
import { sumOver } from '../../../test/formula.ts'
import type { Tensor } from '../../tensor.ts'
import { layerNormCases } from './cases.ts'
import { layerNormOp } from './index.ts'

await checkOp(
  layerNormOp,
  layerNormCases,
  ({ x, eps, weight, bias, scale, shift }, of) =>
    (...place) => {
      const c = place.at(-1)!
      const size = x.shape.at(-1)!
      const element = of(x)
      const meanOf = (power: number) =>
        sumOver(size, (i) => element(...place.with(-1, i)) ** power) / size
      const mean = meanOf(1)
      const normal = (element(...place) - mean) / Math.sqrt(meanOf(2) - mean ** 2 + eps)
      const vector = (v: Tensor | undefined, otherwise: number) => (v ? of(v)(c) : otherwise)
      const affine = normal * vector(weight, 1) + vector(bias, 0)
      return affine + affine * vector(scale, 0) + vector(shift, 0)
    },
)
