import type { OpCase } from '../../cases.ts'
import type { ActivationArgs } from './arguments.ts'

export const activationCases: OpCase<ActivationArgs>[] = [
  {
    name: 'silu, odd count',
    use: 'test',
    args: (make) => ({ x: make.normal([3, 7]), activation: 'silu' }),
  },
  {
    name: 'gelu, large numbers',
    use: 'test',
    args: (make) => ({ x: make.normal([40, 8], { scale: 40 }), activation: 'gelu' }),
  },
  {
    name: 'more than one row of workgroups',
    use: 'bench',
    args: (make) => ({ x: make.normal([7920, 14336]), activation: 'gelu' }),
  },
]
