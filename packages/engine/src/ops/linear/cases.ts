import type { OpCase } from '../../cases.ts'
import type { LinearArgs } from './arguments.ts'

export const linearCases: OpCase<LinearArgs>[] = [
  {
    name: 'sums in several parts of K',
    use: 'test',
    args: (make) => ({ x: make.normal([20, 900]), w: make.normal([24, 900], { scale: 0.03 }) }),
  },
  {
    name: 'plain, odd sizes',
    use: 'test',
    args: (make) => ({ x: make.normal([3, 5, 13]), w: make.normal([7, 13]) }),
  },
  {
    name: 'one row, one column',
    use: 'test',
    args: (make) => ({
      x: make.normal([1, 1]),
      w: make.normal([1, 1]),
      bias: make.normal([1], { dtype: 'f32' }),
    }),
  },
  {
    name: 'attention projection of the embedded model, gated residual',
    use: 'test',
    args: (make) => ({
      x: make.normal([70, 288]),
      w: make.normal([288, 288], { scale: 0.06 }),
      bias: make.normal([288], { dtype: 'f32' }),
      gate: make.normal([288], { dtype: 'f32' }),
      residual: make.normal([70, 288]),
    }),
  },
  {
    name: 'feed-forward up, gelu',
    use: 'test',
    args: (make) => ({
      x: make.normal([33, 96]),
      w: make.normal([200, 96], { scale: 0.1 }),
      bias: make.normal([200], { dtype: 'f32' }),
      activation: 'gelu',
    }),
  },
  {
    name: 'gated feed-forward of the text encoder, f32 out',
    use: 'test',
    args: (make) => ({
      x: make.normal([9, 64]),
      w: make.normal([48, 64], { scale: 0.2 }),
      multiply: make.normal([9, 48]),
      residual: make.normal([9, 48], { dtype: 'f32' }),
      activation: 'gelu',
      dtype: 'f32',
    }),
  },
  {
    name: 'many tiles, the last slice of K not whole',
    use: 'test',
    args: (make) => ({ x: make.normal([1100, 40]), w: make.normal([132, 40], { scale: 0.2 }) }),
  },
  {
    name: 'large activations through silu',
    use: 'test',
    args: (make) => ({
      x: make.normal([4, 32], { scale: 30 }),
      w: make.normal([8, 32]),
      activation: 'silu',
    }),
  },
  {
    name: 'embedded model, feed-forward up',
    use: 'bench',
    args: (make) => ({
      x: make.normal([288, 288]),
      w: make.normal([864, 288], { scale: 0.06 }),
      bias: make.normal([864], { dtype: 'f32' }),
      activation: 'gelu',
    }),
  },
  {
    name: 'full model, attention projection',
    use: 'bench',
    args: (make) => ({
      x: make.normal([7920, 3072]),
      w: make.normal([3072, 3072], { scale: 0.02 }),
      bias: make.normal([3072], { dtype: 'f32' }),
    }),
  },
  {
    name: 'full model, feed-forward up',
    use: 'bench',
    args: (make) => ({
      x: make.normal([7920, 3072]),
      w: make.normal([14336, 3072], { scale: 0.02 }),
      bias: make.normal([14336], { dtype: 'f32' }),
      activation: 'gelu',
    }),
  },
]
