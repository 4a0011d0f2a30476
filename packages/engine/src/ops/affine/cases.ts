import type { OpCase } from '../../cases.ts'
import type { AffineArgs } from './arguments.ts'

export const affineCases: OpCase<AffineArgs>[] = [
  {
    name: 'odd channels',
    use: 'test',
    args: (make) => ({
      x: make.normal([5, 3]),
      scale: make.normal([3], { dtype: 'f32' }),
      shift: make.normal([3], { dtype: 'f32' }),
    }),
  },
  {
    name: 'latents, f32 out',
    use: 'test',
    args: (make) => ({
      x: make.normal([2, 3, 5, 48]),
      scale: make.normal([48], { dtype: 'f32' }),
      shift: make.normal([48], { dtype: 'f32' }),
      dtype: 'f32',
    }),
  },
]
