import type { OpCase } from '../../cases.ts'
import type { QuantizeArgs } from './arguments.ts'

export const quantizeCases: OpCase<QuantizeArgs>[] = [
  {
    name: 'one group',
    use: 'test',
    args: (make) => ({ x: make.normal([3, 128]) }),
  },
  {
    name: 'more than one round of threads, two images',
    use: 'test',
    args: (make) => ({ x: make.normal([2, 5, 1408], { scale: 3 }) }),
  },
  {
    name: 'a row of zeros',
    use: 'test',
    args: (make) => ({ x: make.given(new Array<number>(256).fill(0), [1, 256]) }),
  },
  {
    name: 'one channel far above the others',
    use: 'test',
    args: (make) => ({
      x: make.given(
        Array.from({ length: 512 }, (_, i) =>
          i % 256 === 5 ? 60 : Math.round(64 * Math.sin(i)) / 64,
        ),
        [2, 256],
      ),
    }),
  },
  {
    name: 'full model, tokens',
    use: 'bench',
    args: (make) => ({ x: make.normal([7920, 3072]) }),
  },
  {
    name: 'full model, feed-forward',
    use: 'bench',
    args: (make) => ({ x: make.normal([7920, 14336]) }),
  },
]
