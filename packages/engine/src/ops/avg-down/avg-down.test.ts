import { checkOp } from '../../../test/check-op.ts'
import { avgDownCases } from './cases.ts'
import { avgDownOp } from './index.ts'

await checkOp(
  avgDownOp,
  avgDownCases,
  ({ x, channels, timeFactor, spaceFactor, add }, of) =>
    (b, row, col, o) => {
      const entries: number[] = []
      for (let c = 0; c < x.shape[3]!; c++)
        for (let time = 0; time < timeFactor; time++)
          for (let dy = 0; dy < spaceFactor; dy++)
            for (let dx = 0; dx < spaceFactor; dx++) {
              const pixel = [row! * spaceFactor + dy, col! * spaceFactor + dx] as const
              entries.push(time === timeFactor - 1 ? of(x)(b!, ...pixel, c) : 0)
            }
      const size = entries.length / channels
      const own = entries.slice(o! * size, (o! + 1) * size)
      return own.reduce((sum, v) => sum + v) / size + (add ? of(add)(b!, row!, col!, o!) : 0)
    },
)
