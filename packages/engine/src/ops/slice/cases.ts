import type { OpCase } from '../../cases.ts'
import type { SliceArgs } from './arguments.ts'

export const sliceCases: OpCase<SliceArgs>[] = [
  {
    name: 'odd channels',
    use: 'test',
    args: (make) => ({ x: make.normal([4, 3, 7]), axis: -1, start: 2, end: 5 }),
  },
  {
    name: 'last frame',
    use: 'test',
    args: (make) => ({ x: make.normal([4, 3, 8]), axis: 0, start: 3, end: 4 }),
  },
  {
    name: 'middle axis',
    use: 'test',
    args: (make) => ({ x: make.normal([2, 5, 12]), axis: 1, start: 1, end: 3 }),
  },
]
