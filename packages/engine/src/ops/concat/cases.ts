import type { OpCase } from '../../cases.ts'
import type { ConcatArgs } from './arguments.ts'

export const concatCases: OpCase<ConcatArgs>[] = [
  {
    name: 'latents and rays, odd channels',
    use: 'test',
    args: (make) => ({
      tensors: [make.normal([2, 5, 8]), make.normal([2, 5, 3]), make.normal([2, 5, 4])],
      axis: -1,
    }),
  },
  {
    name: 'frames of another type',
    use: 'test',
    args: (make) => ({
      tensors: [make.normal([2, 3, 4]), make.normal([1, 3, 4], { dtype: 'f32' })],
      axis: 0,
    }),
  },
]
