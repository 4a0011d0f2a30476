import type { OpCase, TensorMaker } from '../../cases.ts'
import type { NotFiniteArgs } from './arguments.ts'

/** `count` ones, and `value` at `at`. */
const ones = (make: TensorMaker, count: number, at: number, value: number) =>
  make.given(
    Array.from({ length: count }, (_, i) => (i === at ? value : 1)),
    [count],
  )

const given = (name: string, count: number, at: number, value: number): OpCase<NotFiniteArgs> => ({
  name,
  use: 'test',
  args: (make) => ({ x: ones(make, count, at, value) }),
})

export const notFiniteCases: OpCase<NotFiniteArgs>[] = [
  given('finite, odd count', 4099, 7, 60000),
  given('NaN first', 4099, 0, NaN),
  given('infinity last of an odd count', 4099, 4098, Infinity),
  given('minus infinity at an odd place', 9001, 8193, -Infinity),
  {
    name: 'f32 whatever the storage',
    use: 'test',
    args: (make) => ({ x: make.given([1, 3e38, NaN, 1], [2, 2], 'f32') }),
  },
  {
    name: 'a scene',
    use: 'bench',
    args: (make) => ({ x: make.normal([4_055_040, 38], { dtype: 'f32' }) }),
  },
]
