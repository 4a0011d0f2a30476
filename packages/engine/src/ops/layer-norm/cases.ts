import type { OpCase, TensorMaker } from '../../cases.ts'
import type { LayerNormArgs } from './arguments.ts'

const vector = (make: TensorMaker, size: number) => make.normal([size], { dtype: 'f32' })

export const layerNormCases: OpCase<LayerNormArgs>[] = [
  {
    name: 'odd channels, nothing else',
    use: 'test',
    args: (make) => ({ x: make.normal([9, 13]), eps: 1e-6 }),
  },
  {
    name: 'weight and bias',
    use: 'test',
    args: (make) => ({
      x: make.normal([5, 64]),
      eps: 1e-6,
      weight: vector(make, 64),
      bias: vector(make, 64),
    }),
  },
  {
    name: 'modulated, f32 residual stream',
    use: 'test',
    args: (make) => ({
      x: make.normal([3, 1160], { dtype: 'f32', scale: 10 }),
      eps: 1e-6,
      scale: vector(make, 1160),
      shift: vector(make, 1160),
      dtype: make.half,
    }),
  },
  {
    name: 'full model, modulated',
    use: 'bench',
    args: (make) => ({
      x: make.normal([7920, 3072]),
      eps: 1e-6,
      scale: vector(make, 3072),
      shift: vector(make, 3072),
    }),
  },
]
