import type { OpCase } from '../../cases.ts'
import type { NoiseArgs } from './arguments.ts'

export const noiseCases: OpCase<NoiseArgs>[] = [
  {
    name: 'not a whole block',
    use: 'test',
    args: () => ({ seed: 3, stream: 0, shape: [7] }),
  },
  {
    name: 'a seed of two words, a later stream',
    use: 'test',
    args: () => ({ seed: 2 ** 52 + 12345, stream: 5, shape: [40, 33] }),
  },
  {
    // among so many, radii from 0.002 to 5 and angles near all four axes
    name: 'many numbers',
    use: 'test',
    args: () => ({ seed: 1, stream: 1, shape: [200_000] }),
  },
  {
    name: 'full model, latents',
    use: 'bench',
    args: () => ({ seed: 1, stream: 0, shape: [24, 30, 44, 48] }),
  },
]
