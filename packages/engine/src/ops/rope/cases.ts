import type { OpCase, TensorMaker } from '../../cases.ts'
import type { RopeArgs } from './arguments.ts'

const turned = (
  make: TensorMaker,
  [length, heads, size]: readonly [number, number, number],
): RopeArgs => {
  const angles = Array.from({ length: (length * size) / 2 }, (_, i) => i * 0.7)
  return {
    x: make.normal([length, heads, size]),
    cos: make.given(angles.map(Math.cos), [length, size / 2], 'f32'),
    sin: make.given(angles.map(Math.sin), [length, size / 2], 'f32'),
  }
}

export const ropeCases: OpCase<RopeArgs>[] = [
  { name: 'one pair', use: 'test', args: (make) => turned(make, [1, 1, 2]) },
  { name: 'several heads', use: 'test', args: (make) => turned(make, [70, 3, 6]) },
  { name: 'full model', use: 'bench', args: (make) => turned(make, [7920, 24, 128]) },
]
