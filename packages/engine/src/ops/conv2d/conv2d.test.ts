import { checkOp } from '../../../test/check-op.ts'
import { sumOver } from '../../../test/formula.ts'
import { conv2dCases } from './cases.ts'
import { conv2dOp } from './index.ts'

await checkOp(
  conv2dOp,
  conv2dCases,
  ({ x, w, bias, stride = 1, pad, upsample = false, activation, residual }, of) => {
    const [, height, width] = x.shape as [number, number, number]
    const zoom = upsample ? 2 : 1
    const [xs, ws] = [of(x), of(w)]
    /** The padded, doubled image. */
    const image = (b: number, row: number, col: number, c: number) => {
      const [y, x] = [row - (pad?.top ?? 0), col - (pad?.left ?? 0)]
      const isInside = y >= 0 && x >= 0 && y < height * zoom && x < width * zoom
      return isInside ? xs(b, Math.floor(y / zoom), Math.floor(x / zoom), c) : 0
    }
    return (b, row, col, o) => {
      const sum = sumOver(w.shape[1]!, (ky) =>
        sumOver(w.shape[2]!, (kx) =>
          sumOver(
            w.shape[3]!,
            (c) => image(b!, row! * stride + ky, col! * stride + kx, c) * ws(o!, ky, kx, c),
          ),
        ),
      )
      const biased = sum + (bias ? of(bias)(o!) : 0)
      const through = activation === 'silu' ? biased * (0.5 + 0.5 * Math.tanh(biased / 2)) : biased
      return through + (residual ? of(residual)(b!, row!, col!, o!) : 0)
    }
  },
)
