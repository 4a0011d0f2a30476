import type { OpCase } from '../../cases.ts'
import type { AvgDownArgs } from './arguments.ts'

export const avgDownCases: OpCase<AvgDownArgs>[] = [
  {
    name: 'space, with something added',
    use: 'test',
    args: (make) => ({
      x: make.normal([2, 4, 6, 5]),
      channels: 10,
      timeFactor: 1,
      spaceFactor: 2,
      add: make.normal([2, 2, 3, 10]),
    }),
  },
  {
    name: 'space and time',
    use: 'test',
    args: (make) => ({ x: make.normal([1, 2, 2, 6]), channels: 12, timeFactor: 2, spaceFactor: 2 }),
  },
  {
    name: 'channels as they are',
    use: 'test',
    args: (make) => ({ x: make.normal([1, 3, 3, 4]), channels: 4, timeFactor: 1, spaceFactor: 1 }),
  },
  {
    name: 'encoder, first level',
    use: 'bench',
    args: (make) => ({
      x: make.normal([8, 240, 352, 160]),
      channels: 320,
      timeFactor: 1,
      spaceFactor: 2,
    }),
  },
]
