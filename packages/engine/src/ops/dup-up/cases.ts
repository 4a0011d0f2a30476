import type { OpCase } from '../../cases.ts'
import type { DupUpArgs } from './arguments.ts'

export const dupUpCases: OpCase<DupUpArgs>[] = [
  {
    name: 'half the channels, with something added',
    use: 'test',
    args: (make) => ({ x: make.normal([2, 2, 3, 8]), channels: 4, add: make.normal([2, 4, 6, 4]) }),
  },
  {
    name: 'as many channels',
    use: 'test',
    args: (make) => ({ x: make.normal([1, 3, 2, 4]), channels: 4 }),
  },
  {
    name: 'one channel',
    use: 'test',
    args: (make) => ({ x: make.normal([1, 1, 1, 1]), channels: 1 }),
  },
  {
    name: 'decoder, third level',
    use: 'bench',
    args: (make) => ({ x: make.normal([8, 120, 176, 1024]), channels: 512 }),
  },
]
