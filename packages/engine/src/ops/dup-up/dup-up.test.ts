import { checkOp } from '../../../test/check-op.ts'
import { dupUpCases } from './cases.ts'
import { dupUpOp } from './index.ts'

await checkOp(dupUpOp, dupUpCases, ({ x, channels, add }, of) => (b, row, col, o) => {
  // every channel of x, so often in a row; then four of them in turns are one channel's corners
  const channelsIn = x.shape[3]!
  const repeated = Array.from({ length: channelsIn }, (_, c) =>
    new Array<number>((channels * 4) / channelsIn).fill(c),
  ).flat()
  const corner = (row! % 2) * 2 + (col! % 2)
  const own = of(x)(b!, row! >> 1, col! >> 1, repeated[o! * 4 + corner]!)
  return own + (add ? of(add)(b!, row!, col!, o!) : 0)
})
