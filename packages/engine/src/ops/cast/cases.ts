import type { OpCase } from '../../cases.ts'
import type { CastArgs } from './arguments.ts'

export const castCases: OpCase<CastArgs>[] = [
  {
    name: 'to f32, odd count',
    use: 'test',
    args: (make) => ({ x: make.normal([3, 7]), dtype: 'f32' }),
  },
  {
    name: 'to the stored type',
    use: 'test',
    args: (make) => ({
      x: make.normal([4, 8], { dtype: 'f32' }),
      dtype: make.half === 'f16' ? 'f16' : 'f32',
    }),
  },
]
