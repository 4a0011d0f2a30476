import type { OpCase, TensorMaker } from '../../cases.ts'
import type { AttentionArgs } from './arguments.ts'

interface Sizes {
  readonly batch?: number
  readonly queries: number
  readonly keys: number
  readonly heads: number
  readonly size: number
}

function inputs(
  make: TensorMaker,
  { batch = 1, queries, keys, heads, size }: Sizes,
  scale = 1,
): AttentionArgs {
  return {
    q: make.normal([batch, queries, heads, size], { scale }),
    k: make.normal([batch, keys, heads, size]),
    v: make.normal([batch, keys, heads, size]),
  }
}

const bench = (name: string, sizes: Sizes): OpCase<AttentionArgs> => ({
  name,
  use: 'bench',
  args: (make) => inputs(make, sizes),
})

export const attentionCases: OpCase<AttentionArgs>[] = [
  {
    name: 'one key',
    use: 'test',
    args: (make) => inputs(make, { queries: 3, keys: 1, heads: 2, size: 7 }),
  },
  {
    name: 'odd size, two images',
    use: 'test',
    args: (make) => inputs(make, { batch: 2, queries: 35, keys: 37, heads: 2, size: 7 }),
  },
  {
    name: 'text: relative bias, no scale',
    use: 'test',
    args: (make) => ({
      ...inputs(make, { queries: 33, keys: 33, heads: 3, size: 64 }, 0.3),
      scale: 1,
      relativeBias: make.normal([3, 65], { dtype: 'f32' }),
    }),
  },
  {
    name: 'cross-attention, the last key stands for many',
    use: 'test',
    args: (make) => ({
      ...inputs(make, { queries: 70, keys: 41, heads: 2, size: 32 }),
      lastKeyCount: 472,
    }),
  },
  {
    name: 'heads of 128, sharp logits that rise',
    use: 'test',
    args: (make) => inputs(make, { queries: 130, keys: 200, heads: 2, size: 128 }, 8),
  },
  {
    name: 'logits far above those of the first keys',
    use: 'test',
    args: (make) => inputs(make, { queries: 70, keys: 600, heads: 2, size: 48 }, 16),
  },
  {
    name: 'one wide head, as in the mid block',
    use: 'test',
    args: (make) => inputs(make, { batch: 2, queries: 20, keys: 20, heads: 1, size: 640 }),
  },
  bench('full model', { queries: 7920, keys: 7920, heads: 24, size: 128 }),
  bench('full model, text', { queries: 7920, keys: 64, heads: 24, size: 128 }),
  bench('encoder, mid block', { batch: 8, queries: 1320, keys: 1320, heads: 1, size: 640 }),
  bench('decoder, mid block', { batch: 8, queries: 1320, keys: 1320, heads: 1, size: 1024 }),
]
