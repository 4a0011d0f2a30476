import type { OpCase, TensorMaker } from '@flashworld/engine'
import type { GaussianHeadArgs } from './arguments.ts'

/** Unit intrinsics of a 4:3 image; the second camera's quaternion is not normalised. */
const cameras = (make: TensorMaker, count: number) => {
  const one = [1, 0, 0, 0, 0, 0, 0, 0.8, 1.1, 0.5, 0.5]
  const two = [0.5, -0.7, 0.4, 1.2, 0.3, -0.2, 0.9, 0.6, 0.7, 0.45, 0.6]
  const values = Array.from({ length: count }, (_, i) => (i % 2 === 0 ? one : two))
  return make.given(values.flat(), [count, 11], 'f32')
}

export const gaussianHeadCases: OpCase<GaussianHeadArgs>[] = [
  {
    name: 'two frames, odd sizes',
    use: 'test',
    args: (make) => ({ raw: make.normal([2, 3, 5, 76]), cameras: cameras(make, 2) }),
  },
  {
    name: 'f32, one pixel',
    use: 'test',
    args: (make) => ({
      raw: make.normal([1, 1, 1, 76], { dtype: 'f32' }),
      cameras: cameras(make, 1),
    }),
  },
  {
    name: 'full model, one frame',
    use: 'bench',
    args: (make) => ({
      raw: make.normal([1, 240, 352, 76], { dtype: 'f32' }),
      cameras: cameras(make, 1),
    }),
  },
]
