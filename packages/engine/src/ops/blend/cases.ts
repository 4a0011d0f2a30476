import type { OpCase } from '../../cases.ts'
import type { BlendArgs } from './arguments.ts'

export const blendCases: OpCase<BlendArgs>[] = [
  {
    name: 'odd count',
    use: 'test',
    args: (make) => ({ x: make.normal([3, 5]), y: make.normal([3, 5]), a: 0.25, b: -2 }),
  },
  {
    name: 'f32 with stored type, f32 out',
    use: 'test',
    args: (make) => ({
      x: make.normal([2, 8], { dtype: 'f32' }),
      y: make.normal([2, 8]),
      a: 1,
      b: 0.9,
      dtype: 'f32',
    }),
  },
]
