import type { OpCase } from '../../cases.ts'
import type { GaussianSampleArgs } from './arguments.ts'

export const gaussianSampleCases: OpCase<GaussianSampleArgs>[] = [
  {
    name: 'latents',
    use: 'test',
    args: (make) => ({
      moments: make.normal([2, 3, 10]),
      eps: make.normal([2, 3, 5], { dtype: 'f32' }),
    }),
  },
  {
    name: 'variances beyond the limits',
    use: 'test',
    args: (make) => ({
      moments: make.given([1, 2, -90, 20.5], [1, 4], 'f32'),
      eps: make.given([-0.5, 0.25], [1, 2], 'f32'),
    }),
  },
]
