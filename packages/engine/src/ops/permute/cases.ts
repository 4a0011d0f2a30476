import type { OpCase } from '../../cases.ts'
import type { PermuteArgs } from './arguments.ts'

export const permuteCases: OpCase<PermuteArgs>[] = [
  { name: 'matrix', use: 'test', args: (make) => ({ x: make.normal([5, 3]), order: [1, 0] }) },
  {
    name: 'unpatchify: six axes, the last stays',
    use: 'test',
    args: (make) => ({ x: make.normal([2, 3, 5, 2, 2, 8]), order: [0, 1, 3, 2, 4, 5] }),
  },
  {
    name: 'words',
    use: 'test',
    args: (make) => ({ x: make.given([1, 2, 3, 4, 5, 4e9], [2, 3], 'u32'), order: [1, 0] }),
  },
  {
    name: 'full model, unpatchify',
    use: 'bench',
    args: (make) => ({ x: make.normal([24, 15, 22, 2, 2, 1072]), order: [0, 1, 3, 2, 4, 5] }),
  },
]
