import type { OpCase, TensorMaker } from '../../cases.ts'
import type { RmsNormArgs } from './arguments.ts'

const vector = (make: TensorMaker, size: number) => make.normal([size], { dtype: 'f32' })

export const rmsNormCases: OpCase<RmsNormArgs>[] = [
  {
    name: 'one number',
    use: 'test',
    args: (make) => ({ x: make.normal([1, 1]), weight: vector(make, 1), eps: 1e-6 }),
  },
  {
    name: 'odd channels',
    use: 'test',
    args: (make) => ({ x: make.normal([9, 13]), weight: vector(make, 13), eps: 1e-6 }),
  },
  {
    name: 'pixels of the decoder, silu',
    use: 'test',
    args: (make) => ({
      x: make.normal([2, 3, 7, 96]),
      weight: vector(make, 96),
      eps: 1e-24 / 96,
      activation: 'silu',
    }),
  },
  {
    name: 'text, wider than a workgroup, f32 in',
    use: 'test',
    args: (make) => ({
      x: make.normal([3, 1160], { dtype: 'f32', scale: 100 }),
      weight: vector(make, 1160),
      eps: 1e-6,
      dtype: make.half,
    }),
  },
  {
    name: 'full model, queries',
    use: 'bench',
    args: (make) => ({ x: make.normal([7920, 3072]), weight: vector(make, 3072), eps: 1e-6 }),
  },
  {
    name: 'decoder, last level',
    use: 'bench',
    args: (make) => ({
      x: make.normal([8, 240, 352, 256]),
      weight: vector(make, 256),
      eps: 1e-24 / 256,
      activation: 'silu',
    }),
  },
]
